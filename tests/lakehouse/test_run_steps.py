"""What a run tells of its steps: rows, seconds and memory, beside those of the runs before it."""

import json
import shutil

import polars as pl

from lakehouse import pipeline, status
from lakehouse.__main__ import main
from lakehouse.storage import Store


def test_each_step_is_stored_with_rows_seconds_and_memory(default_store):
    found = status.steps(default_store, default_store.latest())
    assert found["step"].to_list() == [step.name for step in pipeline.steps()]
    by_step = {row["step"]: row for row in found.to_dicts()}
    assert by_step["gold.fact_sales"]["rows"] == 3_500
    assert all(row["seconds"] >= 0 and 20 < row["peak_memory_mb"] < 20_000 for row in by_step.values())
    assert found["usual_rows"].null_count() == len(found), "there is no earlier run"


def test_a_run_stands_beside_the_earlier_ones(default_uri, tmp_path, capsys):
    store = Store(str(tmp_path / "lakehouse"))
    shutil.copytree(default_uri, store.uri)
    release = pipeline.build(store)
    assert main(["--uri", store.uri, "steps", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert len(rows) == len(pipeline.steps())
    assert all(row["usual_rows"] == row["rows"] and row["usual_seconds"] >= 0 for row in rows)
    assert main(["--uri", store.uri, "status"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    slowest = pl.DataFrame(rows).sort("seconds", descending=True)["step"][0]
    assert last.startswith(f"{release.run_id}: {len(rows)} steps, the slowest {slowest} ")
    assert last.endswith(" MB.")
