"""dbt Modeler: a star schema over silver and mdm, each model made from the profile of what it reads."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from agents.scripted import Call, Result
from agents.scripts import closing, good, written
from agents.scripts.dbt_project import PROFILES, PROJECT, SCHEMA_NAME, schema_yml, sources_yml

FACTS: Mapping[str, tuple[str, str]] = {
    "fact_sales": ("sales_order", "order_id"),
    "fact_interactions": ("interaction", "interaction_id"),
    "fact_pipeline": ("deal", "deal_id"),
    "fact_fraud_signals": ("fraud_alert", "alert_id"),
    "fact_clickstream": ("web_event", "event_id"),
}
DIMENSIONS: Mapping[str, tuple[str, str, str]] = {
    "dim_product": ("silver", "product", "product_id"),
    "dim_sales_rep": ("silver", "sales_rep", "sales_rep_id"),
    "dim_customer": ("mdm", "golden_customer", "customer_uid"),
}
PARENTS: Mapping[str, str] = {
    "customer_uid": "dim_customer",
    "product_id": "dim_product",
    "sales_rep_id": "dim_sales_rep",
}
OPTIONAL = frozenset({"fact_clickstream"})  # whose events may belong to nobody known


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    tables = [f"silver.{table}" for table, _ in FACTS.values()]
    tables += [f"{layer}.{table}" for layer, table, _ in DIMENSIONS.values()]
    profiles = good((yield [Call("profile_data_source", {"system": "lakehouse", "object": t}) for t in tables]))
    columns = {p["object"]: {c["name"]: c["nulls"] == 0 for c in p["columns"]} for p in profiles}
    files = {f"dbt/models/gold/{name}.sql": text for name, text in models(columns).items()}
    files |= {
        "dbt/models/gold/schema.yml": schema_yml(tests(columns)),
        "dbt/models/gold/sources.yml": sources_yml([*tables, "silver.quarantine", "mdm.crosswalk"]),
        "dbt/dbt_project.yml": PROJECT,
        "dbt/profiles.yml": PROFILES,
        "dbt/macros/generate_schema_name.sql": SCHEMA_NAME,
    }
    good((yield [written(path, text) for path, text in files.items()]))
    [check] = good((yield [Call("run_tests", {"suite": "dbt"})]))
    return closing(check, f"{len(FACTS) + len(DIMENSIONS) + 1} models of a star schema")


def models(columns: Mapping[str, Mapping[str, bool]]) -> dict[str, str]:
    """The SELECT of every model."""
    found = {name: _fact(name, *FACTS[name], list(columns[f"silver.{FACTS[name][0]}"])) for name in FACTS}
    for name, (layer, table, key) in DIMENSIONS.items():
        listed = ",\n".join(f"    {column}" for column in columns[f"{layer}.{table}"])
        found[name] = (
            f"-- One row for each {key}, as {layer}.{table} has it now.\n-- grain: {key}\n\n"
            f"select\n{listed}\nfrom {{{{ source('{layer}', '{table}') }}}}\n"
        )
    return found | {"dim_date": DIM_DATE}


def _fact(name: str, table: str, key: str, columns: list[str]) -> str:
    """Accepted rows of a silver table, each with the golden customer of its source record."""
    join = "left join" if name in OPTIONAL else "join"
    listed = ",\n".join(
        "    crosswalk.customer_uid" if column == "customer_record_id" else f"    event.{column}" for column in columns
    )
    return f"""-- One row for each {key} of silver.{table} that the gates let through.
-- grain: {key}

select
{listed}
from {{{{ source('silver', '{table}') }}}} as event
{join} {{{{ source('mdm', 'crosswalk') }}}} as crosswalk on event.customer_record_id = crosswalk.record_id
where event.{key} not in (
    select row_key
    from {{{{ source('silver', 'quarantine') }}}}
    where table_name = 'silver.{table}' and is_rejected and row_key is not null
)
"""


def tests(columns: Mapping[str, Mapping[str, bool]]) -> dict[str, dict[str, list[Any]]]:
    """The schema tests of every model: keys are unique, what is always filled stays filled, parents exist."""
    found: dict[str, dict[str, list[Any]]] = {"dim_date": {"date_key": ["unique", "not_null"]}}
    for name, (layer, table, key) in DIMENSIONS.items():
        found[name] = _tests(columns[f"{layer}.{table}"], key, is_fact=False)
    for name, (table, key) in FACTS.items():
        known = columns[f"silver.{table}"].items()
        filled = {("customer_uid" if column == "customer_record_id" else column): full for column, full in known}
        found[name] = _tests(filled, key, is_fact=True)
    return found


def _tests(filled: Mapping[str, bool], key: str, *, is_fact: bool) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for column, is_filled in filled.items():
        found[column] = ["unique"] if column == key else []
        found[column] += ["not_null"] if is_filled else []
        if is_fact and column in PARENTS:
            to = {"to": f"ref('{PARENTS[column]}')", "field": column}
            found[column].append({"relationships": {"arguments": to}})
    return found


DIM_DATE = """-- One row for each day from the first order to the last.
-- grain: date_key

with bounds as (
    select min(order_date) as first_day, max(order_date) as last_day
    from {{ ref('fact_sales') }}
)

select
    cast(day.generate_series as date) as date_key,
    year(day.generate_series) as year,
    quarter(day.generate_series) as quarter,
    month(day.generate_series) as month,
    isodow(day.generate_series) as day_of_week,
    isodow(day.generate_series) >= 6 as is_weekend
from bounds
cross join lateral generate_series(bounds.first_day, bounds.last_day, interval 1 day) as day
"""
