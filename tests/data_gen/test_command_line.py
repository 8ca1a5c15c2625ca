"""python -m data_gen: a line per step; mistakes in one line on stderr, exit code 2, and nothing written."""

import subprocess
import sys
from pathlib import Path

import pytest

from data_gen.__main__ import main
from lakehouse.storage import Store


def test_a_line_per_step_and_a_release(tmp_path, capsys):
    out = str(tmp_path / "lakehouse")
    assert main(["--seed", "5", "--scale", "0.1", "--out", out]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "bronze.sap_kna1" in lines[1]
    assert "50 rows" in lines[1]
    assert any("gold.dim_customer" in line for line in lines)
    assert lines[-1] == f"release 1 as of 2026-01-31 at {out}"
    assert len(Store(out).releases()) == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--scale", "-1"], "scale must be between 0.1 and 1000, but is -1"),
        (["--scale", "0"], "scale must be between 0.1 and 1000, but is 0"),
        (["--scale", "much"], "'much' is not a number"),
        (["--scale", "nan"], "scale must be between 0.1 and 1000, but is nan"),
        (["--seed", "x"], "'x' is not a whole number"),
        (["--seed", "-3"], "seed must be a whole number from 0, but is -3"),
        (["--sale", "2"], "unrecognized arguments: --sale 2"),
        (["extra"], "unrecognized arguments: extra"),
    ],
)
def test_mistakes_end_in_one_line(arguments, message, tmp_path, capsys):
    out = tmp_path / "lakehouse"
    try:
        code = main([*arguments, "--out", str(out)])
    except SystemExit as stopped:
        code = stopped.code
    assert code == 2
    assert_one_line(capsys.readouterr(), message)
    assert not out.exists()


def test_a_folder_that_is_no_lakehouse_is_left_alone(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("precious")
    assert main(["--out", str(tmp_path)]) == 2
    assert_one_line(capsys.readouterr(), f"{tmp_path} is no lakehouse: it holds thesis.txt")
    assert [entry.name for entry in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("below", ["", "/deep/down"])
def test_a_place_that_cannot_be_written_to_is_named(tmp_path, capsys, below):
    (tmp_path / "file").write_text("")
    assert main(["--out", f"{tmp_path}/file{below}"]) == 2
    assert_one_line(capsys.readouterr(), f"{tmp_path}/file")
    assert [entry.name for entry in tmp_path.iterdir()] == ["file"]


def test_it_runs_as_a_module(tmp_path):
    run = subprocess.run(
        [sys.executable, "-m", "data_gen", "--scale", "-2", "--out", str(tmp_path / "x")],
        capture_output=True, text=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert (run.returncode, run.stdout) == (2, "")
    assert run.stderr == "error: scale must be between 0.1 and 1000, but is -2\n"


def assert_one_line(captured, message: str) -> None:
    assert captured.out == ""
    [line] = captured.err.splitlines()
    assert line.startswith("error: ")
    assert message in line
