"""Reviewed pairs from wherever they come, as id_a, id_b, is_match: a labels file, or the decisions of stewards."""

import polars as pl

from lakehouse.mdm.linkage.problems import SHOWN, LinkageError

LABELS, DECISIONS = ("id_a", "id_b", "is_match"), ("record_a", "record_b", "verdict")
YES, NO = ("true", "1", "1.0", "yes", "y", "t", "match", "approve"), ("false", "0", "0.0", "no", "n", "f", "reject")
OTHERWISE = ("non-match", "no match", "nonmatch", "distinct")


def reviewed(table: pl.DataFrame, dtype: pl.DataType) -> pl.DataFrame:
    """Each pair once, by its latest verdict. LinkageError where the table says nothing that can be understood."""
    names = names_of(table)
    if names is None:
        raise LinkageError(problem(table) or "")
    a, b, verdict = names
    given = table.select(
        pl.col(a).cast(dtype, strict=False).alias("id_a"),
        pl.col(b).cast(dtype, strict=False).alias("id_b"),
        _verdict(verdict).alias("is_match"),
    )
    if names == DECISIONS:
        given = given.drop_nulls("is_match")
    given = given.filter(pl.col("id_a") != pl.col("id_b"))
    low, high = pl.min_horizontal("id_a", "id_b"), pl.max_horizontal("id_a", "id_b")
    return given.select(low.alias("id_a"), high.alias("id_b"), "is_match").unique(
        ["id_a", "id_b"], keep="last", maintain_order=True
    )


def names_of(table: pl.DataFrame) -> tuple[str, str, str] | None:
    """The columns of the two ids and the verdict; None where the table has none that can be understood."""
    found = next((names for names in (LABELS, DECISIONS) if set(names) <= set(table.columns)), None)
    return None if found is None or problem(table) else found


def problem(table: pl.DataFrame) -> str | None:
    """What keeps a table from being read as reviewed pairs."""
    names = next((names for names in (LABELS, DECISIONS) if set(names) <= set(table.columns)), None)
    if names is None:
        missing = [name for name in LABELS if name not in table.columns]
        return (
            f"Labels lack the columns {', '.join(missing)}: they need {', '.join(LABELS)}, or {', '.join(DECISIONS)}, "
            f"and have {', '.join(table.columns) or 'none'}"
        )
    if names == DECISIONS:
        return None
    unclear = table.filter(_verdict("is_match").is_null())["is_match"].cast(pl.String).fill_null("nothing").unique()
    if len(unclear):
        shown = ", ".join(f"'{value}'" for value in unclear.sort().head(SHOWN))
        return f"Labels have an is_match that is neither true nor false: {shown}"
    return None


def _verdict(column: str) -> pl.Expr:
    text = pl.col(column).cast(pl.String).str.strip_chars().str.to_lowercase()
    return pl.when(text.is_in([*YES])).then(True).when(text.is_in([*NO, *OTHERWISE])).then(False)
