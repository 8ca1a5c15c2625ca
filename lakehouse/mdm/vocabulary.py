"""Word lists of the standardiser: letters, legal forms, connectives, street words and calling codes."""

# Letters that transliterate to other letters than their own base; all others lose their marks.
LETTERS = {
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "a", "ð": "d", "đ": "d",
    "þ": "th", "ł": "l", "ħ": "h", "ı": "i", "ŋ": "n", "ĸ": "k", "ŧ": "t", "ſ": "s", "ə": "e", "ɐ": "a",
}  # fmt: skip

# Legal forms as they read without punctuation, in single words. Initials are also found with blanks between (g m b h).
INITIALS = (
    "gmbh", "ag", "kg", "kgaa", "ohg", "gbr", "ug", "se", "ek", "ev", "eg", "mbh", "inc", "llc", "llp", "lp", "pc",
    "plc", "ltd", "sa", "sas", "sasu", "sarl", "eurl", "snc", "sci", "scs", "spa", "srl", "sl", "slu", "sau", "bv",
    "nv", "vof", "cv", "as", "asa", "aps", "ab", "oy", "oyj", "ks", "kk", "gk", "yk", "kft", "sro", "pty", "pte", "pvt",
    "pt", "tbk", "pbc", "doo", "ad", "ood", "eood",
)  # fmt: skip
WORDS = (
    "gesellschaft mbh", "gesellschaft m b h", "ges mbh", "ges m b h", "gesmbh",
    "gesellschaft mit beschraenkter haftung", "unternehmergesellschaft", "ug haftungsbeschraenkt",
    "haftungsbeschraenkt", "aktiengesellschaft", "kommanditgesellschaft", "offene handelsgesellschaft",
    "eingetragener kaufmann",
    "incorporated", "corporation", "corp", "company", "co", "limited", "limited liability company", "private limited",
    "proprietary limited", "public limited company", "societe anonyme", "societe a responsabilite limitee",
    "societa per azioni", "sociedad anonima", "sa de cv", "s a de c v", "ltda", "lda", "sp z o o", "spolka z o o",
    "bhd", "sdn bhd", "sdn", "proprietary", "private", "kabushiki kaisha", "kabushiki gaisha", "kabushikigaisha",
    "godo kaisha", "yugen kaisha", "aktiebolag", "aktieselskab", "anpartsselskab", "osakeyhtioe",
    "naamloze vennootschap", "besloten vennootschap", "and partner", "株",
)  # fmt: skip
# Forms that are no part of a name wherever they stand, and those that also lead it.
ANYWHERE = (
    "gmbh", "g m b h", "gesellschaft mbh", "gesellschaft m b h", "gesellschaft mit beschraenkter haftung", "gesmbh",
    "ges m b h", "llc", "pty ltd", "pvt ltd", "private limited", "kabushiki kaisha", "incorporated",
)  # fmt: skip
LEADING = ("gmbh", "kabushiki kaisha", "k k", "kk", "sarl", "s a r l", "eurl", "firma", "fa", "株")
UNSPACED = ("株式会社", "有限会社", "合同会社")  # written without a blank
CONNECTIVES = ("and", "und", "et", "u", "y", "og", "och")

# Street words and their short forms: those that also end a German or Dutch compound, and those that stand alone.
STREET_ENDINGS = {"strasse": "str", "straat": "str", "platz": "pl", "plein": "pl"}
STREET_WORDS = {
    "street": "st", "saint": "st", "avenue": "ave", "av": "ave", "avda": "ave", "avenida": "ave", "road": "rd",
    "boulevard": "blvd", "bvd": "blvd", "boul": "blvd", "bd": "blvd", "drive": "dr", "lane": "ln", "place": "pl",
    "square": "sq", "court": "ct", "highway": "hwy", "parkway": "pkwy", "terrace": "ter", "crescent": "cres",
    "close": "cl", "gardens": "gdns", "suite": "ste", "floor": "fl", "apartment": "apt", "building": "bldg",
    "north": "n", "south": "s", "east": "e", "west": "w", "route": "rte", "chemin": "ch", "allee": "al", "gasse": "g",
    "piazza": "pza", "viale": "vle", "calle": "c", "rua": "r", "rue": "r", "via": "v", "mount": "mt",
}  # fmt: skip

CALLING_CODES = {
    "AE": "971", "AR": "54", "AT": "43", "AU": "61", "BE": "32", "BG": "359", "BR": "55", "CA": "1", "CH": "41",
    "CL": "56", "CN": "86", "CO": "57", "CY": "357", "CZ": "420", "DE": "49", "DK": "45", "EE": "372", "EG": "20",
    "ES": "34", "FI": "358", "FR": "33", "GB": "44", "GR": "30", "HK": "852", "HR": "385", "HU": "36", "ID": "62",
    "IE": "353", "IL": "972", "IN": "91", "IS": "354", "IT": "39", "JP": "81", "KE": "254", "KR": "82", "LI": "423",
    "LT": "370", "LU": "352", "LV": "371", "MA": "212", "MT": "356", "MX": "52", "MY": "60", "NG": "234", "NL": "31",
    "NO": "47", "NZ": "64", "PE": "51", "PH": "63", "PK": "92", "PL": "48", "PT": "351", "QA": "974", "RO": "40",
    "RS": "381", "RU": "7", "SA": "966", "SE": "46", "SG": "65", "SI": "386", "SK": "421", "TH": "66", "TR": "90",
    "TW": "886", "UA": "380", "US": "1", "VN": "84", "ZA": "27",
}  # fmt: skip
# Calling codes of one or two digits; every other one has three.
CALLING_CODE = r"^(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})(\d*)$"

ROLE_MAILBOXES = (
    "info", "sales", "contact", "office", "admin", "support", "service", "hello", "mail", "kontakt", "post", "team",
    "buchhaltung", "accounting", "billing", "invoice", "rechnung", "einkauf", "vertrieb", "zentrale", "no-reply",
    "noreply", "webmaster", "postmaster", "hr", "jobs", "enquiries", "help", "marketing", "purchasing",
)  # fmt: skip

# How a name reads that a source sends in capitals throughout.
SPELLING = {word.lower(): word for word in (
    "GmbH", "mbH", "AG", "KG", "KGaA", "OHG", "GbR", "UG", "SE", "e.K.", "e.V.", "eG", "LLC", "LLP", "LP", "PLC",
    "SA", "S.A.", "SAS", "SARL", "SpA", "S.p.A.", "SRL", "S.r.l.", "BV", "B.V.", "NV", "N.V.", "ApS", "AB", "Oy",
    "Oyj", "KK", "K.K.", "G.m.b.H.", "Pty", "Inc", "Inc.", "Ltd", "Ltd.", "Corp", "Co", "Co.", "IT", "USA", "UK",
    "EU", "HR", "AI", "II", "III", "IV", "und", "and", "of", "the", "for", "für", "von", "van", "der", "den", "de",
    "del", "la", "le", "les", "du", "des", "et", "y", "e", "in", "am", "an", "im", "zu", "zum", "zur", "bei",
)}  # fmt: skip
