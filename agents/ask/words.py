"""What a question says beside its subject: who, where, when and how many."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz

from agents.ask import periods
from agents.ask.periods import Period

SEGMENTS: Mapping[str, str] = {
    "Enterprise": r"enterprises?",
    "Mid-Market": r"mid[- ]?markets?",
    "SMB": r"smbs?|small (?:and medium )?business(?:es)?",
    "Startup": r"start[- ]?ups?",
}
COUNTRIES: Mapping[str, str] = {
    "US": r"(?:the )?(?:united states(?: of america)?|usa|america)|american",
    "GB": r"(?:the )?(?:united kingdom|uk)|great britain|britain|england|british",
    "DE": r"germany|german|deutschland",
    "FR": r"france|french",
    "JP": r"japan|japanese",
    "SG": r"singapore",
    "AU": r"australia|australian",
    "IN": r"india|indian",
    "BR": r"brazil|brazilian|brasil",
    "CA": r"canada|canadian",
}
CODES: Mapping[str, str] = {
    **dict.fromkeys(("UK", "GB"), "britain"),
    "US": "usa",
    "DE": "germany",
    "FR": "france",
    "JP": "japan",
    "SG": "singapore",
    "AU": "australia",
    "BR": "brazil",
    "CA": "canada",
}  # in capitals only: "us" is a pronoun, and IN a preposition
ELSEWHERE = [
    "spain",
    "italy",
    "china",
    "netherlands",
    "switzerland",
    "austria",
    "poland",
    "mexico",
    "sweden",
    "norway",
    "denmark",
    "finland",
    "belgium",
    "portugal",
    "ireland",
    "greece",
    "russia",
    "turkey",
    "argentina",
    "chile",
    "colombia",
    "korea",
    "indonesia",
    "malaysia",
    "thailand",
    "vietnam",
    "israel",
    "egypt",
    "nigeria",
    "kenya",
    "morocco",
    "ukraine",
    "hungary",
    "romania",
    "czechia",
    "europe",
    "asia",
    "africa",
]
TYPO = 86  # of 100: how alike a misspelt country is
EVERYWHERE = r"\b(?:in |of |for )?(?:all|every) countr(?:y|ies)\b|\bworldwide\b|\bglobally\b"
EVERYONE = r"\b(?:in |of |for |across )?(?:all|every) segments?\b|\boverall\b|\bin total\b"
YEAR_BEFORE = (
    r"\b(?:compared (?:with|to)|versus|vs\.?|against) (?:the )?(?:last|previous|prior|same period (?:of )?last)? ?"
    r"(?:year|year before|a year ago)\b|\byear[- ](?:on|over)[- ]year\b|\byoy\b"
)
TOP = re.compile(r"\b(top|first|best|largest|biggest) (\d{1,3})\b|\b(\d{1,3}) (top|best|largest|biggest|most)\b")
FOLLOW_UP = re.compile(r"^(?:and|what about|how about|same|the same|now|also|then|but|only|just|ok|okay)\b[ ,]*")
KEY = re.compile(r"\bC-[0-9A-Z]{10}\b|\b(?:SAP|Salesforce|Oracle):\S+\b")


@dataclass(frozen=True)
class Conditions:
    """Who, where and when; None is not said. `cleared` names what is to be taken for all again."""

    period: Period | None = None
    segment: str | None = None
    country: str | None = None
    customer: str | None = None  # the customer's id
    customer_name: str = ""
    year_before: bool = False
    limit: int | None = None
    cleared: frozenset[str] = frozenset()

    def over(self, earlier: "Conditions") -> "Conditions":
        """These, and where they say nothing the earlier ones."""
        return Conditions(
            self.period or earlier.period,
            self.segment or (None if "segment" in self.cleared else earlier.segment),
            self.country or (None if "country" in self.cleared else earlier.country),
            self.customer or earlier.customer,
            self.customer_name if self.customer else earlier.customer_name,
            self.year_before or earlier.year_before,
            self.limit or earlier.limit,
        )


@dataclass(frozen=True)
class Said:
    """A question taken apart: its conditions, and `rest`, what is left of the words."""

    text: str
    rest: str
    conditions: Conditions
    is_follow_up: bool
    key: str = ""  # of a customer or a source record
    quoted: str = ""
    elsewhere: str = ""  # a country without customers


def take_apart(text: str, segments: Sequence[str], countries: Sequence[str], as_of: date, first_day: date) -> Said:
    key, quoted = KEY.search(text), re.search(r"[\"“„'‘]([^\"”“'’]{2,60})[\"”“'’]", text)
    rest = re.sub(rf"\b({'|'.join(CODES)})\b", lambda code: CODES[code.group(0)], text)
    for found in (key, quoted):
        rest = rest.replace(found.group(0), " ") if found else rest
    rest = plain(rest)
    is_follow_up = bool(FOLLOW_UP.match(rest))
    rest = FOLLOW_UP.sub("", rest)
    limit, rest = _limit(rest)
    year_before, rest = _flag(rest, YEAR_BEFORE)
    everywhere, rest = _flag(rest, EVERYWHERE)
    everyone, rest = _flag(rest, EVERYONE)
    period, rest = periods.find(rest, as_of, first_day)
    segment, rest = _one(rest, {name: SEGMENTS.get(name, plain(name)) for name in segments})
    country, rest = _one(rest, {code: COUNTRIES.get(code, code.lower()) for code in countries})
    if not country:
        country, rest = _misspelt(rest, countries)
    cleared = {name for name, is_said in (("country", everywhere), ("segment", everyone)) if is_said}
    conditions = Conditions(period, segment, country, year_before=year_before, limit=limit, cleared=frozenset(cleared))
    elsewhere = next((word for word in rest.split() if word in ELSEWHERE), "")
    return Said(
        text,
        " ".join(rest.split()),
        conditions,
        is_follow_up,
        key.group(0) if key else "",
        quoted.group(1) if quoted else "",
        elsewhere,
    )


def plain(text: str) -> str:
    """Lower case, without accents and without marks that mean nothing here."""
    letters = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    bare = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9&@.:/'-]+|(?<!\d)[.:]|[.:](?!\d)|'s\b", " ", bare).split())


def _flag(text: str, pattern: str) -> tuple[bool, str]:
    found = re.search(pattern, text)
    return bool(found), re.sub(pattern, " ", text)


def _limit(text: str) -> tuple[int | None, str]:
    found = TOP.search(text)
    if not found:
        return None, text
    number = int(found.group(2) or found.group(3))
    return number, f"{text[: found.start()]} top {text[found.end() :]}"


def _one(text: str, patterns: Mapping[str, str]) -> tuple[str | None, str]:
    for name, pattern in patterns.items():
        whole = rf"\b(?:(?:in|for|of|from|with|among) )?(?:the )?(?:{pattern})\b"
        if re.search(whole, text):
            return name, re.sub(whole, " ", text)
    return None, text


def _misspelt(text: str, countries: Sequence[str]) -> tuple[str | None, str]:
    """A country with a letter wrong."""
    for word in text.split():
        for code in countries:
            names = [name for name in re.findall(r"[a-z]{5,}", COUNTRIES.get(code, "")) if name not in ("united",)]
            if len(word) >= 5 and any(fuzz.ratio(word, name) >= TYPO for name in names):
                return code, re.sub(rf"\b(?:in |for |of )?{re.escape(word)}\b", " ", text)
    return None, text
