"""python -m lakehouse: what it prints, as text and as JSON, and how it refuses."""

import json
import shutil

import polars as pl
import pytest

from lakehouse import steward
from lakehouse.__main__ import main
from lakehouse.storage import Store


def printed(capsys, *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


def test_status_names_every_table_with_its_retention(lakehouse, capsys):
    rows = {f"{row['layer']}.{row['table']}": row for row in json.loads(printed(capsys, "status", "--json"))}
    assert rows["bronze.sap_kna1"]["rows"] == 500
    assert rows["bronze.sap_kna1"]["partition_by"] == "LAND1"
    retention = {name.split(".")[0]: row["retention_days"] for name, row in rows.items()}
    assert retention == {"bronze": 90, "silver": 365, "mdm": None, "gold": None}


def test_status_as_text_fits_a_terminal(lakehouse, capsys):
    text = printed(capsys, "status")
    assert "fact_clickstream" in text and "25,000" in text
    assert max(len(line) for line in text.splitlines()) <= 140


def test_releases_and_gates_as_json(lakehouse, capsys):
    [release] = json.loads(printed(capsys, "releases", "--json"))
    assert (release["release_id"], release["as_of_date"], release["failed_rules"]) == (1, "2026-01-31", 0)
    rules = json.loads(printed(capsys, "gates", "--json"))
    assert {rule["gate"] for rule in rules} == {"bronze_to_silver", "silver_to_mdm", "mdm_to_gold"}
    assert release["rules"] == len(rules)
    failed = json.loads(printed(capsys, "gates", "--failed", "--json"))
    assert 0 < len(failed) < len(rules)
    assert all(rule["failed"] > 0 for rule in failed)


def test_build_publishes_a_second_release(default_uri, tmp_path, capsys):
    uri = str(tmp_path / "copy")
    shutil.copytree(default_uri, uri)
    assert "release 2 as of 2026-01-31" in printed(capsys, "--uri", uri, "build")
    assert json.loads(printed(capsys, "--uri", uri, "build", "--json"))["release_id"] == 3


def test_without_a_lakehouse_it_says_how_to_make_one(empty_lakehouse, capsys):
    assert main(["status"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: No release at ")
    assert "python -m data_gen" in error


def test_an_unknown_command_is_refused(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["buidl"])
    assert ended.value.code == 2
    assert "invalid choice: 'buidl'" in capsys.readouterr().err


def test_arrivals_stand_beside_what_is_usual(lakehouse, capsys):
    rows = {row["table_name"]: row for row in json.loads(printed(capsys, "arrivals", "--json"))}
    assert rows["sap_kna1"]["rows"] == 500
    assert {row["state"] for row in rows.values()} == {"as usual"}
    assert "Every source arrived as usual." in printed(capsys, "status")


def test_a_steward_works_on_the_command_line(default_uri, tmp_path, capsys):
    uri = str(tmp_path / "copy")
    shutil.copytree(default_uri, uri)
    store = Store(uri)
    now = steward.state(store)
    pair = now.pairs.filter(pl.col("steward_status") == "Pending")["pair_id"].min()
    uid, record = now.crosswalk.filter(link_rule="AUTO_MERGE").select("customer_uid", "record_id").row(0)
    because = ("--reason", "they called", "--who", "ana")

    def told(*arguments):
        return printed(capsys, "--uri", uri, *arguments)

    said = told("decide", pair, "approve", *because)
    assert "release 2 in" in said
    decision = said.split()[1].rstrip(",")
    assert main(["--uri", uri, "decide", pair, "reject", *because]) == 2
    assert f"{pair} was decided already: approve by ana" in capsys.readouterr().err
    assert "release 3 in" in told("undo", decision, *because)
    assert "release 4 in" in told("override", uid, "city", "Bremen", *because)
    assert "release 5 in" in told("unmerge", record, *because)
    assert "Bremen" in told("compare", "3", "4")
    assert "release 6: restore of release 1" in told("restore", "1")
    assert store.read("mdm.steward_decision")["verdict"].unique().sort().to_list() == [
        "approve", "override", "undo", "unmerge",
    ]  # fmt: skip
    assert "No run and no batch was ever stopped." in told("attempts")
