"""DQ Engine: profile every table, write a suite for each from what holds, have them checked."""

from collections.abc import Generator, Sequence
from typing import Any

from agents.scripted import NAME, Call, Result
from agents.scripts import as_json, closing, good, turns, written

GATES = {
    "bronze": "bronze_to_silver",
    "silver": "silver_to_mdm",
    "mdm": "mdm_to_gold",
    "gold": "mdm_to_gold",
}
NUMERIC = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    [listed] = good((yield [Call("profile_data_source", {"system": "lakehouse"})]))
    profiles: list[dict[str, Any]] = []
    for turn in turns(Call("profile_data_source", {"system": "lakehouse", "object": t}) for t in listed["objects"]):
        profiles += good((yield turn))
    for turn in turns(written(path(p["object"]), as_json(suite(p))) for p in profiles):
        good((yield turn))
    [check] = good((yield [Call("run_tests", {"suite": "quality"})]))
    return closing(check, f"{len(profiles)} suites for four layers")


def path(table: str) -> str:
    return f"quality/{GATES[table.partition('.')[0]]}/{table}.json"


def suite(profile: dict[str, Any]) -> dict[str, Any]:
    """What holds of a table today, as expectations: keys, completeness, sets of values, ranges."""
    table, columns = profile["object"], profile["columns"]
    names = [column["name"] for column in columns]
    rules = [
        _rule("expect_table_columns_to_match_set", "columns_are_known", "validity", column_set=names, exact_match=True)
    ]
    if profile["rows"]:
        rules.insert(0, _rule("expect_table_row_count_to_be_between", "table_has_rows", "completeness", min_value=1))
        rules += [rule for column in columns for rule in _column_rules(column)]
    meta: dict[str, Any] = {"key": (profile["suspected_keys"] or names)[:1], "author": NAME}
    if not profile["rows"]:
        meta["allow_empty"] = True
    gate = GATES[table.partition(".")[0]]
    return {"name": f"{gate}__{table.replace('.', '__')}", "meta": meta, "expectations": rules}


def _column_rules(column: dict[str, Any]) -> list[dict[str, Any]]:
    name, id_ = column["name"], column["name"].lower()
    found = []
    if column["nulls"] == 0:
        found.append(_rule("expect_column_values_to_not_be_null", f"{id_}_is_present", "completeness", column=name))
    if column["suspected_key"] and column["distinct"] > 1 and name.lower().endswith(("id", "key", "kunnr", "vbeln")):
        found.append(_rule("expect_column_values_to_be_unique", f"{id_}_is_unique", "uniqueness", column=name))
    if len(column.get("values", ())) > 1 and not name.startswith("_"):
        allowed = {"column": name, "value_set": column["values"]}
        found.append(_rule("expect_column_values_to_be_in_set", f"{id_}_is_known", "validity", **allowed))
    if column["type"].startswith(NUMERIC) and column.get("max") is not None:
        least, most = float(column["min"]), float(column["max"])
        room = max(most - least, 1.0)  # as much again on either side before anybody is told
        lowest = min(least - room, 0.0) if least < 0 else 0.0
        limits = {"column": name, "min_value": lowest, "max_value": most + room}
        found.append(
            _rule("expect_column_values_to_be_between", f"{id_}_is_plausible", "accuracy", "warning", **limits)
        )
    return found


def _rule(type_: str, id_: str, dimension: str, severity: str = "critical", **kwargs: Any) -> dict[str, Any]:
    return {"type": type_, "kwargs": kwargs, "severity": severity, "meta": {"id": id_, "dimension": dimension}}
