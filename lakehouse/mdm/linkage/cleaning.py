"""Values of each kind of field made comparable, once for each distinct value."""

import polars as pl

from lakehouse.mdm import standardise
from lakehouse.mdm import vocabulary as words

TITLES = "mr|mrs|ms|miss|dr|prof|rev|sir|hon|capt|herr|frau|mme|mlle|don|dona"
SUFFIXES = "jr|jnr|junior|sr|snr|senior|ii|iii|iv|esq|phd|md"
EMPTY_WORDS = ("null", "none", "nan", "n a", "unknown", "not available", "not applicable", "missing", "unbekannt", "na")
FREELY_NAMED = ("given_name", "surname", "name")  # where a person may be called Null or Na
LEAST_DIGITS = 5  # fewer are no phone number


def clean(values: pl.Series, kind: str) -> pl.Series:
    """The comparable form of each value; null where nothing is left to compare."""
    text = as_text(values)
    if kind == "date_of_birth":
        return _filled(text.str.strip_chars().str.to_lowercase())
    if kind == "email":
        return _emails(text)
    if kind == "phone":
        return _phones(text)
    if kind in ("postcode", "tax_id"):
        return _filled(plain(text).str.replace_all(" ", "", literal=True))
    if kind == "name":
        return _filled(plain(text))
    if kind in ("given_name", "surname"):
        return _person(plain(text))
    found = plain(text)
    return _filled(found.set(found.is_in(EMPTY_WORDS), None))


def as_text(values: pl.Series) -> pl.Series:
    """Any column as text; whole numbers that were read as decimals lose their point."""
    if values.dtype.is_float():
        whole = (values.drop_nulls().drop_nans() % 1 == 0).all()
        values = values.fill_nan(None)
        return values.cast(pl.Int64, strict=False).cast(pl.String) if whole else values.cast(pl.String)
    return values.cast(pl.String)


def plain(text: pl.Series) -> pl.Series:
    """Lower-case letters and digits in words one blank apart."""
    lower, foreign = _latin(text)
    found = lower.str.replace_all("'", "", literal=True).str.replace_all("&", " and ", literal=True)
    ascii_words = found.str.replace_all("[^a-z0-9]+", " ")
    if foreign is None:
        return ascii_words.str.strip_chars(" ")
    other = found.filter(foreign).str.replace_all("['’‘`´]", "").str.replace_all(r"[^\p{L}\p{N}]+", " ")
    return ascii_words.scatter(foreign.arg_true(), other).str.strip_chars(" ")


def core_names(names: pl.Series) -> pl.Series:
    """Plain names without legal forms and titles; a name that is nothing else stays."""
    concerned = names.str.contains(_FORMAL).fill_null(False)
    if not concerned.any():
        return names
    some = names.filter(concerned).to_frame("v")
    bare = standardise.name_key(_V).str.replace(rf"^(?:{TITLES}) (\S)", "$1")
    return _filled(names.scatter(concerned.arg_true(), some.select(pl.coalesce(bare, _V))["v"]))


def short_words(tokens: pl.Series) -> pl.Series:
    """Words of an address in their short form."""
    endings = tokens.to_frame("v").select(
        pl.col("v").str.replace("(strasse|strase|straat)$", "str").str.replace("(platz|plein)$", "pl")
    )["v"]
    return endings.replace(list(words.STREET_WORDS), list(words.STREET_WORDS.values()))


_V = pl.col("v")


def _latin(text: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Plain lower-case letters, and which values had others than a to z: only those take the slow path."""
    lower = text.str.to_lowercase()
    foreign = (lower.str.len_bytes() != lower.str.len_chars()).fill_null(False)
    if not foreign.any():
        return lower, None
    some = lower.filter(foreign).to_frame("v").select(standardise.latin(_V))["v"]
    return lower.scatter(foreign.arg_true(), some), foreign


def _person(names: pl.Series) -> pl.Series:
    bare = names.str.replace(rf"^(?:(?:{TITLES}) )+(\S)", "$1").str.replace(rf"(\S)(?: (?:{SUFFIXES}))+$", "$1")
    return _filled(bare)


def _emails(text: pl.Series) -> pl.Series:
    lower = text.str.strip_chars().str.to_lowercase()
    simple = lower.str.contains(r"^[a-z0-9._-]+@[a-z0-9.-]+\.[a-z]+$") & ~lower.str.contains("@gmail.|@googlemail.")
    other = lower.is_not_null() & ~simple
    some = lower.filter(other).to_frame("v").select(pl.coalesce(standardise.email_key(_V), _V))["v"]
    return _filled(lower.scatter(other.arg_true(), some))


def _phones(text: pl.Series) -> pl.Series:
    """The last ten digits without calling code and trunk zero."""
    simple = text.str.contains(r"^[1-9]\d{6,9}$") & ~text.str.contains(r"(?:0{7}|1{7}|9{7})")
    other = text.is_not_null() & ~simple
    forms = standardise.phone_forms(_V, pl.lit(None, pl.String))
    digits = _V.str.replace_all(r"[^\d]", "").str.tail(10)
    fallback = pl.when(digits.str.len_chars() >= LEAST_DIGITS, digits.str.strip_chars("0") != "").then(digits)
    some = text.filter(other).to_frame("v").select(pl.coalesce(forms["phone_key"], fallback).alias("v"))["v"]
    return _filled(text.scatter(other.arg_true(), some))


def _filled(text: pl.Series) -> pl.Series:
    return text.set(text == "", None)


_FORMAL_WORDS = [TITLES, *words.CONNECTIVES, *words.INITIALS, *words.WORDS, *words.LEADING]
_FORMAL = rf"(?:^| )(?:[a-z]|{'|'.join(_FORMAL_WORDS)})(?: |$)"
