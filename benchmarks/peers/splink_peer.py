"""Splink as an experienced user sets it up: cleaned columns, its comparison library, several blocking rules, EM."""

import logging
import warnings
from typing import Any

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
FLOOR = 0.001  # pairs below this probability are not recorded, as in our engine


def link(parquet: str, fields: dict[str, Any], source: str | None, mode: str) -> tuple[list[str], Any]:
    """Pairs with a probability, as Arrow columns id_a, id_b, score."""
    con = duckdb.connect()
    named = {field: column for field, column in fields.items() if field != "identifiers" and column}
    named |= {f"identifier_{i}": column for i, column in enumerate(fields.get("identifiers") or ())}
    cleaned = ", ".join(
        f'nullif(trim(regexp_replace(strip_accents(lower(cast("{column}" as varchar))), '
        f"'[^a-z0-9@. ]', ' ', 'g')), '') as {field}"
        for field, column in named.items()
        if field not in ("phone", "date_of_birth")
    )
    if "phone" in named:
        cleaned += f", nullif(right(regexp_replace(\"{named['phone']}\", '[^0-9]', '', 'g'), 9), '') as phone"
    dated = False
    if "date_of_birth" in named:
        column = named["date_of_birth"]
        [(dated,)] = con.sql(f"select avg(length(\"{column}\")) > 7 from '{parquet}'").fetchall()
        text = f'cast("{column}" as varchar)'
        compact = f"substr({text}, 1, 4) || '-' || substr({text}, 5, 2) || '-' || substr({text}, 7, 2)"
        cleaned += f", case when length({text}) = 8 then {compact} else {text} end as date_of_birth"
    origin = f', "{source}" as source_dataset' if source else ""
    con.sql(f"create table records as select id as unique_id, {cleaned}{origin} from '{parquet}'")
    api = DuckDBAPI(connection=con)
    rules = blocking_rules(named)
    settings = SettingsCreator(
        link_type="link_only" if mode == "link" else "dedupe_only",
        comparisons=comparisons(named, dated),
        blocking_rules_to_generate_predictions=[block_on(*rule) for rule in rules],
        source_dataset_column_name="source_dataset" if mode == "link" else None,
    )
    if mode == "link":
        names = [name for (name,) in con.sql("select distinct source_dataset from records order by 1").fetchall()]
        tables = [
            api.register(
                con.sql(f"select * from records where source_dataset = '{name}'").to_arrow_table(),
                table_name=f"source_{i}",
            )
            for i, name in enumerate(names)
        ]
    else:
        tables = api.register(con.sql("select * from records").to_arrow_table(), table_name="all_records")
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on(*rule) for rule in deterministic_rules(named)], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in training_rules(named):
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
        except Exception as error:
            print("training on", rule, "failed:", error)
    predicted = linker.inference.predict(threshold_match_probability=FLOOR)
    pairs = con.sql(
        f"select unique_id_l as id_a, unique_id_r as id_b, match_probability as score from {predicted.physical_name}"
    ).to_arrow_table()
    return [" + ".join(rule) for rule in rules], pairs


def comparisons(named: dict[str, str], dated: bool) -> list[Any]:
    found = []
    if "given_name" in named and "surname" in named:
        found.append(cl.ForenameSurnameComparison("given_name", "surname"))
    for field in named:
        if field in ("given_name", "surname") and "given_name" in named and "surname" in named:
            continue
        frequent = {"term_frequency_adjustments": True}
        if field in ("given_name", "surname", "name"):
            found.append(cl.JaroWinklerAtThresholds(field, [0.94, 0.88, 0.8]).configure(**frequent))
        elif field == "date_of_birth":
            found.append(
                cl.DateOfBirthComparison(field, input_is_string=True)
                if dated
                else cl.DamerauLevenshteinAtThresholds(field, [1]).configure(**frequent)
            )
        elif field == "email":
            found.append(cl.EmailComparison(field).configure(**frequent))
        elif field in ("phone", "tax_id", "postcode"):
            found.append(cl.DamerauLevenshteinAtThresholds(field, [1, 2]).configure(**frequent))
        elif field in ("address", "city"):
            found.append(cl.JaroWinklerAtThresholds(field, [0.95, 0.88]).configure(**frequent))
        elif field == "country":
            found.append(cl.ExactMatch(field).configure(**frequent))
        else:
            found.append(cl.DamerauLevenshteinAtThresholds(field, [1]).configure(**frequent))
    return found


def blocking_rules(named: dict[str, str]) -> list[tuple[str, ...]]:
    wanted = [
        ("email",),
        ("phone",),
        ("tax_id",),
        ("surname", "given_name"),
        ("date_of_birth", "substr(surname, 1, 2)"),
        ("date_of_birth", "substr(given_name, 1, 2)"),
        ("postcode", "substr(surname, 1, 3)"),
        ("postcode", "substr(given_name, 1, 3)"),
        ("postcode", "substr(name, 1, 3)"),
        ("name",),
        ("substr(address, 1, 10)", "city"),
        ("substr(name, 1, 4)", "city"),
    ]
    found = [rule for rule in wanted if all(_field(part) in named for part in rule)]
    return found + [(field,) for field, column in named.items() if field.startswith("identifier") and _unique(column)]


def _field(part: str) -> str:
    return part.removeprefix("substr(").split(",")[0]


def _unique(column: str) -> bool:
    return column.endswith("_id")


def deterministic_rules(named: dict[str, str]) -> list[tuple[str, ...]]:
    wanted = [
        ("email", "surname"),
        ("email", "name"),
        ("given_name", "surname", "date_of_birth"),
        ("given_name", "surname", "postcode"),
        ("name", "postcode"),
        ("name", "phone"),
        ("name", "address"),
    ]
    return [rule for rule in wanted if all(part in named for part in rule)] or [("name",)]


def training_rules(named: dict[str, str]) -> list[tuple[str, ...]]:
    """Blocks of few pairs, which also leave each field free once."""
    wanted = [
        ("given_name", "surname"),
        ("name",),
        ("date_of_birth",),
        ("email",),
        ("phone",),
        ("address",),
        ("postcode",),
    ]
    return [rule for rule in wanted if all(part in named for part in rule)][:3]
