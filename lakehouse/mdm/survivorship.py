"""Golden records: for each attribute the one source value that survives, and the order of those that did not."""

from collections.abc import Sequence

import polars as pl

from lakehouse.mdm import casing
from lakehouse.mdm.rules import CUSTOMER, SOURCES, MatchRules, Survives
from lakehouse.mdm.stewardship import Override
from lakehouse.mdm.vocabulary import ROLE_MAILBOXES

OVERRIDDEN = "steward_override"

_ROLE = rf"^(?:{'|'.join(ROLE_MAILBOXES)})@"
DOWNGRADED = {
    "single_case": casing.single_case(pl.col("name").str.strip_chars()),
    "invalid_email": pl.col("email").is_not_null() & pl.col("email_key").is_null(),
    "role_mailbox": pl.col("email_key").str.contains(_ROLE),
    "invalid_phone": pl.col("phone").is_not_null() & pl.col("phone_key").is_null(),
    "incomplete_address": pl.any_horizontal(pl.col("street", "city", "postal_code").is_null()),
}


def candidates(records: pl.DataFrame, rules: MatchRules = CUSTOMER) -> pl.DataFrame:
    """Rows of golden_attribute from standardised records with a `customer_uid`: each value with its rank.

    Attribute by attribute, in the order of customers and ranks.
    """
    numbered = records.with_columns(pl.col("customer_uid").rank("dense").alias("customer"))
    return pl.concat(_ranked(numbered, rule) for rule in rules.survivorship)


def overridden(attributes: pl.DataFrame, overrides: Sequence[Override]) -> pl.DataFrame:
    """The candidate values with those that a steward set in front; their record_id is the decision's id."""
    if not overrides:
        return attributes
    for override in overrides:
        if override.attribute not in ATTRIBUTES:
            raise ValueError(
                f"mdm.steward_decision {override.decision_id}: no attribute '{override.attribute}' to override, "
                f"available: {', '.join(ATTRIBUTES)}"
            )
    keys = ["customer_uid", "attribute"]
    rows = [(o.customer_uid, o.attribute, o.decision_id, o.value, OVERRIDDEN, 1, True) for o in overrides]
    chosen = pl.DataFrame(rows, schema=attributes.schema, orient="row").unique(keys, keep="first", maintain_order=True)
    chosen = chosen.join(attributes, on="customer_uid", how="semi")
    beaten = attributes.join(chosen, on=keys, how="semi").with_columns(
        pl.col("rank") + 1, pl.lit(False).alias("is_survivor")
    )
    return pl.concat([attributes.join(chosen, on=keys, how="anti"), chosen, beaten])


def golden(records: pl.DataFrame, attributes: pl.DataFrame) -> pl.DataFrame:
    """One row per customer: the surviving values, the systems that know it, and since when."""
    survivors = attributes.filter("is_survivor").with_columns(pl.col("attribute").cast(pl.Enum(ATTRIBUTES)))
    wide = survivors.pivot(on="attribute", on_columns=ATTRIBUTES, index="customer_uid", values="value")
    known = records.group_by("customer_uid").agg(
        pl.col("source_system").unique().alias("systems"),
        pl.len().cast(pl.Int32).alias("source_records"),
        pl.col("first_seen_at").min(),
    )
    systems = pl.concat_str(
        [pl.when(pl.col("systems").list.contains(source)).then(pl.lit(source)) for source in SOURCES],
        separator="+",
        ignore_nulls=True,
    )
    return known.join(wide, on="customer_uid", how="left").select(
        "customer_uid",
        *ATTRIBUTES[:-2],
        (pl.col("is_churned").str.to_lowercase() == "true").fill_null(False).alias("is_churned"),
        pl.col("created_date").str.to_date("%Y-%m-%d"),
        systems.alias("source_systems"),
        "source_records",
        "first_seen_at",
    )


ATTRIBUTES = [
    "full_name", "email", "phone", "street", "city", "postal_code", "country", "segment", "industry", "tax_id",
    "is_churned", "created_date",
]  # fmt: skip
CODES = ("country", "postal_code")  # never spelt in another case


def _ranked(records: pl.DataFrame, rule: Survives) -> pl.DataFrame:
    """The candidate values of one attribute, or of a group that survives together."""
    cases = {column: "as_is" if column in CODES else rule.casing for column in rule.columns}
    values = [casing.cased(pl.col(column).cast(pl.String), case) for column, case in cases.items()]
    grouped = len(rule.columns) > 1
    names = rule.columns if grouped else (rule.attribute,)
    held = records.filter(pl.any_horizontal(pl.col(column).is_not_null() for column in rule.columns))
    held = held.sort("customer", *_order(rule), nulls_last=True, maintain_order=True)
    ranked = held.select(
        "customer_uid",
        "record_id",
        pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("customer").alias("rank"),
        *(value.alias(name) for value, name in zip(values, names, strict=True)),
    )
    long = ranked.unpivot(on=list(names), index=["customer_uid", "record_id", "rank"], variable_name="attribute")
    return long.drop_nulls("value").select(
        "customer_uid",
        "attribute",
        "record_id",
        "value",
        pl.lit(rule.by).alias("rule"),
        "rank",
        (pl.col("rank") == 1).alias("is_survivor"),
    )


def _order(rule: Survives) -> list[pl.Expr]:
    """What ranks a candidate: its flaws, then the rule, then what breaks ties; every order is total."""
    flaws = [DOWNGRADED[name].fill_null(False) for name in rule.downgrades]
    trust = pl.col("source_system").replace_strict(
        list(rule.trust), list(range(len(rule.trust))), default=len(rule.trust), return_dtype=pl.Int32
    )
    newest = -pl.col("updated_at").cast(pl.Int64)
    tie = pl.col("record_id")
    value = pl.col(rule.columns[0])
    return {
        "most_trusted": [*flaws, trust, newest, tie],
        "most_recent": [*flaws, newest, trust, tie],
        "longest": [*flaws, -value.cast(pl.String).str.len_chars().cast(pl.Int32), trust, newest, tie],
        "oldest": [*flaws, value, trust, tie],
    }[rule.by]
