"""How records get dirty: the slips of people who type, read and abbreviate."""

import string
from collections.abc import Sequence

import numpy as np

KEYS = {"a": "sqz", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk"}
KEYS |= {"k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry"}
KEYS |= {"u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x"}
SOUNDS = (("ph", "f"), ("ck", "k"), ("ee", "ea"), ("ie", "y"), ("ll", "l"), ("nn", "n"), ("tt", "t"), ("sch", "sh"))
SOUNDS += (("mc", "mac"), ("au", "o"), ("c", "k"), ("y", "i"), ("z", "s"), ("er", "ar"), ("on", "en"), ("h", ""))
NICKNAMES = {"william": "bill", "robert": "bob", "richard": "dick", "james": "jim", "john": "jack", "margaret": "peggy"}
NICKNAMES |= {"elizabeth": "betty", "thomas": "tom", "michael": "mike", "katherine": "kate", "patricia": "pat"}
NICKNAMES |= {"joseph": "joe", "charles": "charlie", "christopher": "chris", "daniel": "dan", "anthony": "tony"}
NICKNAMES |= {"jennifer": "jenny", "susan": "sue", "deborah": "debbie", "edward": "ted", "steven": "steve"}
WRITTEN_SHORT = {"william": "wm", "thomas": "thos", "james": "jas", "john": "jno", "charles": "chas", "george": "geo"}
WRITTEN_SHORT |= {"robert": "robt", "joseph": "jos", "samuel": "saml", "edward": "edwd", "margaret": "margt"}


def slip(rng: np.random.Generator, text: str) -> str:
    """One slip of the finger: a letter lost, doubled, swapped with the next, or a neighbour on the keyboard."""
    if len(text) < 2:
        return text
    at = int(rng.integers(0, len(text)))
    kind = int(rng.integers(0, 4))
    if kind == 0:
        return text[:at] + text[at + 1 :]
    if kind == 1:
        return text[:at] + text[at] + text[at:]
    if kind == 2 and at + 1 < len(text):
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    near = KEYS.get(text[at].lower(), string.digits if text[at].isdigit() else text[at])
    return text[:at] + near[int(rng.integers(0, len(near)))] + text[at + 1 :]


def mishear(rng: np.random.Generator, text: str) -> str:
    """Another spelling of the same sound, or a slip where there is none."""
    fitting = [pair for pair in SOUNDS if pair[0] in text]
    if not fitting:
        return slip(rng, text)
    old, new = fitting[int(rng.integers(0, len(fitting)))]
    return text.replace(old, new, 1)


def shorten(rng: np.random.Generator, given: str) -> str:
    """A nickname, a written abbreviation, or the initial."""
    forms = [form[given] for form in (NICKNAMES, WRITTEN_SHORT) if given in form] or [given[:1]]
    return forms[int(rng.integers(0, len(forms)))]


def maybe(rng: np.random.Generator, share: float) -> bool:
    return bool(rng.random() < share)


def pick(rng: np.random.Generator, values: Sequence[str], skew: float = 0.0) -> str:
    """One of the values; a skew above 0 makes the first ones common."""
    where = rng.random() ** (1 + skew)
    return values[int(where * len(values))]
