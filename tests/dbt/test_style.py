"""The models' SQL is written in one style: the rules of .sqlfluff."""

import subprocess
from pathlib import Path

from lakehouse import runner
from tests.dbt.conftest import program

ROOT = Path(__file__).resolve().parents[2]


def lint(path):
    command = [program("sqlfluff"), "lint", str(path), "--config", str(ROOT / ".sqlfluff"), "--disable-progress-bar"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)


def test_the_models_are_in_style():
    done = lint(runner.FOLDER)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_is_out_of_style_is_found(tmp_path):
    model = tmp_path / "model.sql"
    model.write_text("SELECT  a\n  from {{ ref('b') }}\n")
    assert "capitalisation.keywords" in lint(model).stdout
