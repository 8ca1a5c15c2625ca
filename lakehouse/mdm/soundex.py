"""American Soundex, computed once for each distinct word."""

import polars as pl

# Letters by the sound they stand for; vowels part two equal sounds, h and w do not.
CODES = {letter: code for code, letters in {
    "0": "aeiouy", "1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r", "": "hw",
}.items() for letter in letters}  # fmt: skip


def soundex(text: pl.Expr) -> pl.Expr:
    """The code of a text's letters a to z: Robert and Rupert are R163; null where it has none."""
    letters = text.str.to_lowercase().str.replace_all("[^a-z]", "")
    sounds = letters.str.replace_many(CODES)
    for code in "0123456":
        sounds = sounds.str.replace_all(f"{code}{code}+", code)
    first = letters.str.head(1)
    rest = pl.when(first.is_in(["h", "w"])).then(sounds).otherwise(sounds.str.tail(-1))
    coded = first.str.to_uppercase() + rest.str.replace_all("0", "", literal=True).str.head(3).str.pad_end(3, "0")
    return pl.when(letters != "").then(coded)


def with_codes(records: pl.DataFrame) -> pl.DataFrame:
    """The records with the codes of `name_key`: as a whole, of its last word, and of each distinct word."""
    names = records.select("name_key").unique().drop_nulls()
    tokens = names.with_columns(pl.col("name_key").str.split(" ").alias("token"))
    long = tokens.explode("token", empty_as_null=True, keep_nulls=True)
    vocabulary = long.select("token").unique().with_columns(soundex(pl.col("token")).alias("code"))
    codes = (
        long.join(vocabulary, on="token", how="left", maintain_order="left")
        .group_by("name_key", maintain_order=True)
        .agg(
            pl.col("code").drop_nulls().unique().sort().alias("token_soundex"),
            pl.col("code").drop_nulls().last().alias("last_soundex"),
        )
    )
    whole = codes.with_columns(soundex(pl.col("name_key")).alias("name_soundex"))
    ordered = whole.select("name_key", "name_soundex", "last_soundex", "token_soundex")
    return records.join(ordered, on="name_key", how="left", maintain_order="left")
