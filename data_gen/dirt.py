"""How clerks, forms and systems distort what a company says of itself."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from data_gen.identities import SPELT_OUT, Identity
from data_gen.randomness import Rng
from data_gen.vocabulary.companies import AND, LEGAL_FORMS

NAME_WIDTH, STREET_WIDTH, PHONE_WIDTH = 70, 35, 16  # of KNA1: NAME1 and NAME2 together, STRAS, TELF1
SHORT_STREETS = (
    ("Straße", "Str."), ("straße", "str."), ("Street", "St"), ("Avenue", "Ave"), ("Boulevard", "Blvd"),
    ("Road", "Rd"), ("Drive", "Dr"), ("Lane", "Ln"), ("avenue", "av."), ("boulevard", "bd"), ("Avenida", "Av."),
    ("Rua ", "R. "), ("Parkway", "Pkwy"), ("Crescent", "Cres"),
)  # fmt: skip
SHORT_WORDS = (
    ("Manufacturing", "Mfg"), ("Technologies", "Tech"), ("Systems", "Sys."), ("Services", "Svcs"),
    ("Management", "Mgmt"), ("Financial", "Fin."), ("Components", "Comp."), ("Medizintechnik", "Med.technik"),
    ("Informatique", "Info."), ("Tecnologia", "Tec."), ("Maschinenbau", "Masch.bau"), ("Logistique", "Log."),
)  # fmt: skip
UNITS = {
    "english": ("Suite {}", "Floor {}", "Unit {}"),
    "german": ("Geb. {}", "Haus {}"),
    "french": ("Bât. {}", "Étage {}"),
    "portuguese": ("Sala {}", "Bloco {}"),
    "japanese": ("{}F", "Bldg. {}"),
}
LOOKALIKES = {"o": "0", "l": "1", "i": "1", "s": "5", "b": "8"}
KEYBOARD = {"a": "s", "e": "r", "i": "o", "o": "p", "n": "m", "t": "r", "r": "t", "s": "d", "c": "v", "m": "n"}


@dataclass(frozen=True, slots=True)
class Sighting:
    """A company as one record of one system shows it."""

    name: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    phone: str
    email: str | None
    tax_id: str | None


@dataclass(frozen=True, slots=True)
class Dose:
    """How much dirt a sighting gets: slips of the pen in the name, and chances of a changed or mistyped address."""

    name_slips: int = 0
    swap: float = 0.015
    shorten: float = 0.03
    street_slip: float = 0.03
    unit: float = 0.10
    renumber: float = 0.0
    elsewhere: float = 0.0  # an old address


CLEAN = Dose(swap=0.0, shorten=0.0, street_slip=0.0, unit=0.0)
LIGHT = Dose()
SMUDGED = Dose(name_slips=1, shorten=0.1, street_slip=0.2, unit=0.25)
HEAVY = Dose(name_slips=2, swap=0.10, shorten=0.2, street_slip=0.3, unit=0.3, renumber=0.3, elsewhere=0.3)


def sighting(rng: Rng, company: Identity, system: str, dose: Dose) -> Sighting:
    """What a system holds of a company; SAP shouts, shortens and cuts, Salesforce is typed by salespeople."""
    name, street = written_name(rng, company, dose), written_street(rng, company, dose)
    city, email = company.city.name, company.email
    if system == "SAP":
        if rng.random() < (0.85 if dose.name_slips else 0.5):
            name, street, city = shouted(rng, name), shouted(rng, street), shouted(rng, city)
        elif rng.random() < 0.3:
            name, street, city = (text.translate(SPELT_OUT) for text in (name, street, city))
        if rng.random() < 0.25:
            email = email.upper()
        name, street = name[:NAME_WIDTH].strip(), street[:STREET_WIDTH].strip()
    elif rng.random() < 0.12:
        name, city = bare(name), bare(city)
    return Sighting(
        name=name,
        street=street,
        city=city,
        region=company.city.region,
        postal_code=company.postal,
        country=company.country.code,
        phone=written_phone(rng, company, system),
        email=email,
        tax_id=company.vat,
    )


def written_name(rng: Rng, company: Identity, dose: Dose) -> str:
    """The name with its legal form in one of the usual spellings, its '&' too, and slips of the pen."""
    core = company.core
    if " & " in core and rng.random() < 0.4:
        core = core.replace("&", AND[company.country.trade][1])
    if rng.random() < dose.shorten:
        core = shortened(core, SHORT_WORDS)
    for _ in range(dose.name_slips):
        core = slip(rng, core)
    if rng.random() < dose.swap and "&" not in core:
        first, _, rest = core.partition(" ")
        core = f"{rest} {first}" if rest else core
    forms = LEGAL_FORMS[company.country.code][company.legal]
    return f"{core} {forms[int(rng.random() * len(forms))]}" if rng.random() < 0.96 else core


def written_street(rng: Rng, company: Identity, dose: Dose) -> str:
    street, number = company.street, company.number
    if rng.random() < dose.elsewhere:
        streets = company.country.streets
        street, number = streets[int(rng.random() * len(streets))], 1 + int(rng.random() * 120)
    if rng.random() < dose.street_slip:
        street = slip(rng, street)
    if rng.random() < dose.renumber:
        number = 1 + int(rng.random() * 240)
    if rng.random() < 0.45:
        street = shortened(street, SHORT_STREETS)
    line = f"{number} {street}" if company.country.number_first else f"{street} {number}"
    if rng.random() < dose.unit:
        units = UNITS[company.country.trade]
        line = f"{line}, {units[int(rng.random() * len(units))].format(1 + int(rng.random() * 14))}"
    return line


def written_phone(rng: Rng, company: Identity, system: str) -> str:
    """The number in one of the formats of a system; SAP's field is sixteen wide."""
    dial, trunk = company.country.dial, company.country.trunk
    area, number = company.area, company.subscriber
    if system == "SAP":
        formats = [f"+{dial} {area} {number}", f"+{dial}{area}{number}", f"00{dial}{area}{number}"]
        if trunk:
            formats += [f"{trunk}{area}/{number}", f"{trunk}{area} {number}"]
        elif len(number) == 7:
            formats += [f"({area}) {number[:3]}-{number[3:]}"] if len(area) == 3 else []
        formats = [form for form in formats if len(form) <= PHONE_WIDTH]
    else:
        formats = [f"+{dial} {area} {number[:3]} {number[3:]}", f"+{dial}-{area}-{number}", f"+{dial} {area} {number}"]
        if trunk:
            formats += [f"+{dial} ({trunk}){area} {number}"]
        if rng.random() < 0.06:
            formats = [f"+{dial} {area} {number} ext. {10 + int(rng.random() * 89)}"]
    return formats[int(rng.random() * len(formats))]


def slip(rng: Rng, text: str) -> str:
    """One slip inside a word: letters swapped, lost, doubled, mistyped, or misread by a scanner."""
    places = [m.start() for m in re.finditer(r"(?<=\w)[a-zà-ÿ](?=\w)", text)]
    if not places:
        return text
    at = places[int(rng.random() * len(places))]
    kind, sign = rng.random(), text[at]
    if kind < 0.3:
        return text[:at] + text[at + 1] + sign + text[at + 2 :]
    if kind < 0.55:
        return text[:at] + text[at + 1 :]
    if kind < 0.72:
        return text[:at] + sign + text[at:]
    if kind < 0.9 or sign not in LOOKALIKES:
        return text[:at] + KEYBOARD.get(sign, "e") + text[at + 1 :]
    return text[:at] + LOOKALIKES[sign] + text[at + 1 :]


def shortened(text: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The text with the first of the long words that it holds in its short form."""
    for long, short in pairs:
        if long in text:
            return text.replace(long, short)
    return text


def shouted(rng: Rng, text: str) -> str:
    """Capitals, as old screens demand; umlauts spelt out or, now and then, stripped."""
    return (bare(text) if rng.random() < 0.12 else text.translate(SPELT_OUT)).upper()


def bare(text: str) -> str:
    """Letters without their marks: ä is a, é is e."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.replace("ß", "ss")) if not unicodedata.combining(c))
