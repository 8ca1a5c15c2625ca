"""python -m lakehouse gates --engine gx: the results now, the Data Docs, and what it says where it cannot."""

import json
import sys

import pytest

from lakehouse.__main__ import main


def test_without_the_extra_it_says_what_to_install(default_uri, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "great_expectations", None)
    assert main(["--uri", default_uri, "gates", "--engine", "gx"]) == 2
    assert "pip install -r requirements-dq.txt" in capsys.readouterr().err


def test_docs_need_the_engine_that_writes_them(default_uri, tmp_path, capsys):
    assert main(["--uri", default_uri, "gates", "--docs", str(tmp_path)]) == 2
    assert "add --engine gx" in capsys.readouterr().err


def test_it_runs_the_suites_and_writes_the_docs(default_uri, tmp_path, capsys):
    pytest.importorskip("great_expectations", reason="needs requirements-dq.txt")
    assert main(["--uri", default_uri, "gates", "--engine", "gx", "--json", "--docs", str(tmp_path / "docs")]) == 0
    now = {(row["gate"], row["table_name"], row["rule_id"]): row for row in json.loads(capsys.readouterr().out)}
    assert main(["--uri", default_uri, "gates", "--json"]) == 0
    built = {(row["gate"], row["table_name"], row["rule_id"]): row for row in json.loads(capsys.readouterr().out)}
    assert now.keys() == built.keys()
    assert (tmp_path / "docs" / "index.html").is_file()
    pages = [path.read_text() for path in (tmp_path / "docs" / "validations").rglob("*.html")]
    assert len(pages) == len({key[:2] for key in now})
    assert not any("info@" in page or "@example" in page for page in pages), "Data Docs hold counts, no rows"
