"""The customer that a question names, found by the search of Customer 360: spelling and accents aside."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from agents.ask.matching import matcher
from agents.ask.words import Said, plain

SEARCH = "customer_360/search"
FOUND = 0.86  # of the search's score: a name that is one with a letter wrong
APART = 0.045  # further down than this is another customer
SPELT_OUT = ((r"ae", "a"), (r"oe", "o"), (r"ue", "u"))  # Mueller is Müller, which is searched as Muller
MOST = 6
Fetch = Callable[..., pl.DataFrame]


@dataclass(frozen=True)
class Named:
    """`text` is what was taken for a name; no hits: nobody is called so."""

    text: str
    hits: Sequence[Mapping[str, Any]]


def named(said: Said, unknown: Collection[str], fetch: Fetch) -> Named | None:
    """Whom a question is about; None where it names nobody."""
    text = said.key or said.quoted or _span(said.text, unknown)
    if not text:
        return None
    for spelling in dict.fromkeys((text, _without_umlauts(text))):
        found = fetch(SEARCH, text=spelling).filter(pl.col("score") >= FOUND)
        if not found.is_empty():
            near = found.filter(pl.col("score") >= float(found["score"][0]) - APART).head(MOST).to_dicts()
            exact = [hit for hit in near if plain(hit["full_name"]) == plain(text)]
            return Named(text, exact if len(exact) == 1 else near)
    return Named(text, ())


def _span(text: str, unknown: Collection[str]) -> str:
    """From the first to the last word that no question knows, and the capitalised words beside them."""
    words = re.findall(r"[^\s,;?!]+", text)
    forms = [set(matcher().tokens(word)) for word in words]
    at = [place for place, form in enumerate(forms) if form & set(unknown)]
    if not at:
        return ""
    first, last = at[0], at[-1]
    while first > 1 and (words[first - 1][:1].isupper() or words[first - 1] == "&"):
        first -= 1
    while last + 1 < len(words) and (words[last + 1][:1].isupper() or words[last + 1] == "&"):
        last += 1
    return re.sub(r"['’]s\b", "", " ".join(words[first : last + 1])).strip(" .'\"")


def _without_umlauts(text: str) -> str:
    plainly = plain(text)
    for pattern, letter in SPELT_OUT:
        plainly = re.sub(pattern, letter, plainly)
    return plainly
