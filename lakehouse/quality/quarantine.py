"""The rows that a gate sets aside, each with all its reasons."""

from collections.abc import Mapping, Sequence

import duckdb
import polars as pl

from lakehouse.quality import frames
from lakehouse.quality.checks import Check, RowCheck, UniqueCheck, compile_rule, literal, quoted
from lakehouse.quality.scan import relation
from lakehouse.quality.suite import Rule, Suite


def rows(
    cursor: duckdb.DuckDBPyConnection, suite: Suite, columns: Mapping[str, str], broken: Sequence[Rule]
) -> pl.DataFrame:
    """The rows that break any of the rules, in order of their key.

    Of rows that share a key the first sound one goes on; a copy of it with the same content is set aside and yet not
    rejected, because rejection is by content. A bad row whose key came again later, and sound, is repaired: it counts
    in the rule's result for as long as its table holds it, and is set aside no more.
    """
    found = cursor.execute(_sql(suite, columns, broken)).fetchall()
    return pl.DataFrame(found, schema=frames.QUARANTINE, orient="row")


def _sql(suite: Suite, columns: Mapping[str, str], broken: Sequence[Rule]) -> str:
    """Judge every row once, then name the reasons of the few that fail."""
    compiled: list[tuple[Rule, Check]] = [(rule, compile_rule(rule)) for rule in broken]
    of_rows = [(rule, check) for rule, check in compiled if isinstance(check, RowCheck)]
    of_keys = [(rule, check) for rule, check in compiled if isinstance(check, UniqueCheck)]
    origin = _origin(columns)
    source = relation(suite)
    judged = [f"({check.broken}) as bad_{n}" for n, (_, check) in enumerate(of_rows)]
    judged += [f"{_shared(source, check)} as is_shared_{n}" for n, (_, check) in enumerate(of_keys)]
    is_bad = " or ".join(f"bad_{n}" for n in range(len(of_rows))) or "false"
    suspects = " or ".join([is_bad, *(f"is_shared_{n}" for n in range(len(of_keys)))])
    ranked = [sql for n, (_, check) in enumerate(of_keys) for sql in _ranked(n, check, origin)]
    copies = [f"copy_{n} > 1" for n in range(len(of_keys))]
    strangers = [f"(copy_{n} > 1 and kept_{n} is distinct from {origin['row_hash']})" for n in range(len(of_keys))]
    hits = [(rule, f"bad_{n}") for n, (rule, _) in enumerate(of_rows)]
    hits += [(rule, copy) for (rule, _), copy in zip(of_keys, copies, strict=True)]
    repairs = _repairs(suite, columns, [check.broken for _, check in of_rows])
    ids = ", ".join(f"case when {sql} then {literal(rule.id)} end" for rule, sql in hits)
    reasons = ", ".join(f"case when {sql} then {_reason(suite, rule)} end" for rule, sql in hits)
    return f"""
        with judged as (select {", ".join(["*", *judged])} from {source} as source),
        suspected as (select *, ({is_bad}) as is_bad, {_record(columns)} as record from judged where {suspects}),
        placed as (
            select *, row_number() over (
                order by is_bad, {origin["quarantined_at"]}, {origin["row_hash"]}, {origin["batch_id"]}, record
            ) as place
            from suspected
        ),
        picked as (select {", ".join(["*", *ranked])} from placed){repairs}
        select
            {literal(suite.table)} as table_name,
            {_key(suite, columns)} as row_key,
            {origin["row_hash"]} as row_hash,
            {literal(suite.gate)} as gate,
            concat_ws('; ', {ids}) as rules,
            concat_ws('; ', {reasons}) as reasons,
            record,
            {origin["batch_id"]} as batch_id,
            {origin["quarantined_at"]} as quarantined_at,
            ({" or ".join(["is_bad", *strangers])}) as is_rejected
        from {"repairable" if repairs else "picked"}
        where ({" or ".join(["is_bad", *copies])}){" and not is_repaired" if repairs else ""}
        order by row_key, place
    """


def _repairs(suite: Suite, columns: Mapping[str, str], judged: Sequence[str]) -> str:
    """picked, with is_repaired: whether a later batch brought the row's key again, and sound."""
    if not judged or "_ingestion_ts" not in columns or not set(suite.key) <= set(columns):
        return ""
    keys = ", ".join(map(quoted, suite.key))
    is_sound = " and ".join(f"not coalesce({broken}, false)" for broken in judged)
    order = quoted(suite.newest_by or "_ingestion_ts")
    return f""",
        sound as (
            select {keys}, max(_ingestion_ts) as sound_at, max({order}) as sound_by
            from {relation(suite)} as source
            where ({keys}) in (select ({keys}) from picked where is_bad) and {is_sound}
            group by {keys}
        ),
        repairable as (
            select picked.*,
                is_bad and coalesce(sound_at > _ingestion_ts and sound_by >= {order}, false) as is_repaired
            from picked left join sound using ({keys})
        )"""


def _origin(columns: Mapping[str, str]) -> dict[str, str]:
    """Where a row came from: its bronze metadata, or nothing and the as-of date for a conformed row."""
    if "_row_hash" in columns:
        return {"row_hash": "_row_hash", "batch_id": "_batch_id", "quarantined_at": "_ingestion_ts"}
    as_of = "(select cast(as_of_date as timestamp) from silver.as_of)"
    return {"row_hash": "cast(null as varchar)", "batch_id": "cast(null as varchar)", "quarantined_at": as_of}


def _shared(source: str, check: UniqueCheck) -> str:
    """True for a row whose values another row has, too."""
    keys = ", ".join(map(quoted, check.columns))
    repeated = f"select ({keys}) from {source} where {check.checked} group by {keys} having count(*) > 1"
    return f"coalesce({check.checked} and ({keys}) in ({repeated}), false)"


def _ranked(number: int, check: UniqueCheck, origin: Mapping[str, str]) -> tuple[str, str]:
    """How many rows that share its values stand before a row, and the content of the one that goes on."""
    keys = ", ".join(map(quoted, check.columns))
    window = f"over (partition by {keys}, is_shared_{number} order by place)"
    return (
        f"case when is_shared_{number} then row_number() {window} else 1 end as copy_{number}",
        f"first_value({origin['row_hash']}) {window} as kept_{number}",
    )


def _key(suite: Suite, columns: Mapping[str, str]) -> str:
    return " || '|' || ".join(f"coalesce({quoted(column)}::varchar, '')" for column in suite.key if column in columns)


def _record(columns: Mapping[str, str]) -> str:
    """The business columns as one JSON text."""
    business = [quoted(column) for column in columns if not column.startswith("_")]
    return f"to_json(struct_pack({', '.join(f'{column} := {column}' for column in business)}))::varchar"


def _reason(suite: Suite, rule: Rule) -> str:
    """The rule in words, and the values that broke it; a hash says nothing to a person, so the row's key stands in."""
    shown = suite.key if any(column.startswith("_row") for column in rule.columns) else rule.columns
    values = " || ', ' || ".join(
        f"{literal(f'{column} is ')} || coalesce({quoted(column)}::varchar, 'missing')" for column in shown
    )
    return f"{literal(f'{rule.label}: ')} || {values}"
