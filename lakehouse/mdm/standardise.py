"""Values made comparable: letters, names without legal forms, e-mails, phones and addresses, as polars expressions."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from lakehouse.mdm import soundex
from lakehouse.mdm import vocabulary as words

FIELDS = ("name", "email", "phone", "street", "postal_code", "city", "country", "tax_id", "source_system")
KEYS = (
    "name_key",
    "name_sorted",
    "email_key",
    "phone_key",
    "phone_country",
    "address_key",
    "tax_key",
    "name_soundex",
    "last_soundex",
    "token_soundex",
)
PHONE_DIGITS = 7, 10  # fewer are no phone number; of more, the last ones count


def standardise(customers: pl.DataFrame) -> pl.DataFrame:
    """The customers with their comparable forms beside the values; a form is null where there is nothing to compare.

    A missing column counts as empty.
    """
    missing = [pl.lit(None, pl.String).alias(field) for field in FIELDS if field not in customers.columns]
    phone = phone_forms(pl.col("phone"), pl.col("country"))
    keyed = customers.with_columns(missing).with_columns(
        name_key(pl.col("name")).alias("name_key"),
        email_key(pl.col("email")).alias("email_key"),
        phone["phone_key"].alias("phone_key"),
        phone["phone_country"].alias("phone_country"),
        address_key(pl.col("street"), pl.col("postal_code"), pl.col("city")).alias("address_key"),
        tax_key(pl.col("tax_id")).alias("tax_key"),
    )
    return keyed.with_columns(
        any_order(pl.col("name_key")).alias("name_sorted"),
        pl.when(pl.col("phone_key").is_not_null()).then("phone_country"),
    ).pipe(soundex.with_codes)


def standardise_record(record: Mapping[str, Any]) -> pl.DataFrame:
    """One record, given as a mapping of field to value, through the same code."""
    return standardise(record_frame([record]))


def record_frame(records: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Records typed by hand as a frame of text; unknown fields are refused."""
    allowed = (*FIELDS, "record_id", "source_id")
    if unknown := sorted({field for record in records for field in record} - set(allowed)):
        raise ValueError(f"No field {', '.join(map(repr, unknown))} in a customer record. Fields: {', '.join(allowed)}")
    rows = [[None if record.get(f) is None else str(record[f]) for f in allowed] for record in records]
    return pl.DataFrame(rows, schema=dict.fromkeys(allowed, pl.String), orient="row")


def latin(text: pl.Expr) -> pl.Expr:
    """Lower case in plain letters: ä is ae, ß is ss, é is e; other scripts stay as they are."""
    composed = text.str.normalize("NFKC").str.to_lowercase().str.replace_many(words.LETTERS)
    return composed.str.normalize("NFKD").str.replace_all(r"\p{Mn}", "")


def name_key(name: pl.Expr) -> pl.Expr:
    """A company's or person's name in plain words, without legal form and connectives."""
    text = latin(name).str.replace_many({form: " " for form in words.UNSPACED})
    text = _words(text.str.replace_all("[&+]", " and "))
    text = text.str.replace(_LEADING, "").str.replace_all(_ANYWHERE, "").str.replace(_ENDING, "")
    text = text.str.replace_all(_CONNECTIVE, " ")
    return _filled(_join_initials(text))


def any_order(key: pl.Expr) -> pl.Expr:
    """The words of a key in alphabetical order."""
    return key.str.split(" ").list.sort().list.join(" ")


def email_key(email: pl.Expr) -> pl.Expr:
    """The mailbox that an address reaches: lower case, no display name, no +tag; null where it is no address."""
    text = email.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    text = text.str.replace(r"^.*<([^<>]*)>.*$", "$1").str.replace(r"^mailto:", "").str.strip_chars(" .;,")
    text = text.str.replace(r"^([^+@]+)\+[^@]*@", "$1@").str.replace(r"@googlemail\.com$", "@gmail.com")
    dotless = text.str.replace(r"@gmail\.com$", "").str.replace_all(".", "", literal=True) + "@gmail.com"
    text = pl.when(text.str.ends_with("@gmail.com")).then(dotless).otherwise(text)
    return pl.when(text.str.contains(r"^[^@\s]+@[^@\s.]+(\.[^@\s.]+)+$")).then(text)


def phone_forms(phone: pl.Expr, country: pl.Expr) -> dict[str, pl.Expr]:
    """The last ten digits of a number without its calling code and trunk zero, and the calling code.

    The code is the number's own where it has one, else that of the record's country.
    """
    both = pl.struct(phone.alias("phone"), country.alias("country"))
    forms = both.map_batches(_phone_forms, return_dtype=_PHONE_FORMS)
    return {name: forms.struct.field(name) for name in ("phone_key", "phone_country")}


def _phone_forms(both: pl.Series) -> pl.Series:
    """In stages, because polars would evaluate a shared expression once for each use."""
    text = pl.col("phone").str.normalize("NFKC").str.to_lowercase().str.replace_all(r"^[^0-9+]+|[;,].*$", "")
    text = text.str.replace(r"\(0\)", "").str.replace(_EXTENSION, "")
    digits, prefixed = pl.col("digits"), pl.col("text").str.starts_with("+")
    home = pl.col("country").str.strip_chars().str.to_uppercase().replace_strict(words.CALLING_CODES, default=None)
    staged = both.struct.unnest().select(text.alias("text"), home.alias("home"))
    staged = staged.with_columns(pl.col("text").str.replace_all(r"[^0-9]+", "").alias("digits"))
    abroad = (
        pl.when(prefixed | (digits.str.len_chars() >= 11) & digits.str.starts_with(pl.col("home")))
        .then(digits)
        .when(digits.str.starts_with("00"))
        .then(digits.str.strip_prefix("00"))
    )
    parts = abroad.str.extract_groups(words.CALLING_CODE).struct.rename_fields(["code", "national"])
    staged = staged.with_columns(parts.alias("parts")).unnest("parts")
    national = pl.coalesce("national", "digits").str.strip_chars_start("0")
    staged = staged.with_columns(national.alias("national"), pl.coalesce("code", "home").alias("phone_country"))
    usable = (pl.col("national").str.len_chars() >= PHONE_DIGITS[0]) & ~pl.col("national").str.contains(_ONE_DIGIT)
    key = pl.when(usable).then(pl.col("national").str.tail(PHONE_DIGITS[1])).alias("phone_key")
    return staged.select(pl.struct(key, "phone_country")).to_series()


def address_key(street: pl.Expr, postal_code: pl.Expr, city: pl.Expr) -> pl.Expr:
    """Street, postcode and city as one text with street words in their short form; null without a street."""
    text = _words(latin(street))
    for ending, short in words.STREET_ENDINGS.items():
        text = text.str.replace_all(rf" ?(?:{ending}|{short})\b", short)
    text = text.str.replace_all(r"\b(?:nr|no|num|numero|hausnummer) (\d)", "$1").str.replace(r"(\d) ([a-z])$", "$1$2")
    spaced = " " + text.str.replace_all(" ", "  ", literal=True) + " "
    text = _single_blanks(spaced.str.replace_many({f" {word} ": f" {short} " for word, short in _STREET_WORDS}))
    place = pl.concat_str(_words(latin(postal_code)), _words(latin(city)), separator=" ", ignore_nulls=True)
    return _single_blanks(pl.concat_str(_filled(text), place, separator=" "))


def tax_key(tax_id: pl.Expr) -> pl.Expr:
    """A VAT or tax id in capitals and digits; null where it has fewer than five digits or one digit throughout."""
    text = tax_id.str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
    digits = text.str.replace_all(r"[^0-9]", "")
    return pl.when(digits.str.len_chars() >= 5, ~digits.str.contains(_ONE_DIGIT)).then(text)


def _words(text: pl.Expr) -> pl.Expr:
    """Letters and digits in words one blank apart."""
    plain = text.str.replace_all("['’‘`´]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return plain.str.strip_chars()


def _single_blanks(text: pl.Expr) -> pl.Expr:
    return text.str.strip_chars().str.replace_all("  +", " ")


def _filled(text: pl.Expr) -> pl.Expr:
    return pl.when(text != "").then(text)


def _join_initials(text: pl.Expr) -> pl.Expr:
    """Single letters in a row as one word: 'i b m' is 'ibm'."""
    joined = text.str.replace_all(_TWO_LETTERS, "$1\u0001$2").str.replace_all(_TWO_LETTERS, "$1\u0001$2")
    return joined.str.replace_all("\u0001", "")


def _either(*forms: str) -> str:
    return "|".join(sorted(forms, key=lambda form: (-len(form), form)))


_FORMS = _either(*words.WORDS, *words.INITIALS, *(" ".join(form) for form in words.INITIALS))
_ENDING = rf"(?: (?:and )?(?:{_FORMS}))+$"
_ANYWHERE = rf" (?:{_either(*words.ANYWHERE)})\b"
_LEADING = rf"^(?:{_either(*words.LEADING)}) "
_CONNECTIVE = rf" (?:{_either(*words.CONNECTIVES)}) "
_STREET_WORDS = tuple(words.STREET_WORDS.items())
_TWO_LETTERS = r"\b(\p{L}) (\p{L})\b"
_PHONE_FORMS = pl.Struct({"phone_key": pl.String, "phone_country": pl.String})
_EXTENSION = r"(?:ext(?:ension)?|x|dw|durchwahl|app|poste|#)\.?:? *[0-9]*$"
_ONE_DIGIT = "^(?:" + "|".join(f"{digit}+" for digit in range(10)) + ")$"
