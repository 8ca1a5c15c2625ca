"""Logs: levels, lines of JSON, and addresses and numbers masked in them."""

import json
import logging
import shutil

import pytest

from lakehouse import logs, pipeline
from lakehouse.__main__ import main
from lakehouse.connectors import redaction
from lakehouse.storage import Store

log = logging.getLogger("lakehouse.test")


class Said:
    """What was written to stderr so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._text = ""

    @property
    def text(self) -> str:
        self._text += self._capsys.readouterr().err
        return self._text

    @property
    def lines(self) -> list[dict]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def said(capsys, monkeypatch):
    """Stderr; afterwards the loggers are as they were."""
    for name in (logs.LEVEL, logs.FORMAT):
        monkeypatch.delenv(name, raising=False)
    loggers = [logging.getLogger(), *map(logging.getLogger, logs.TALKATIVE)]
    levels, handlers = [found.level for found in loggers], loggers[0].handlers[:]
    yield Said(capsys)
    loggers[0].handlers[:] = handlers
    for found, level in zip(loggers, levels, strict=True):
        found.setLevel(level)


def test_warnings_are_shown_and_no_more(said):
    logs.configure()
    log.info("all is well")
    log.warning("half the usual rows")
    assert said.text == "WARNING lakehouse.test: half the usual rows\n"


def test_the_environment_chooses_and_the_command_line_wins(said, monkeypatch):
    monkeypatch.setenv(logs.LEVEL, "INFO")
    monkeypatch.setenv(logs.FORMAT, "json")
    logs.configure()
    log.info("once")
    logs.configure("error", "text")
    log.warning("not shown")
    monkeypatch.setenv(logs.LEVEL, "loud")  # not known: the default
    logs.configure(form="text")
    log.info("nor this")
    assert [line["message"] for line in said.lines] == ["once"]


def test_a_line_of_json_holds_the_fields_and_the_traceback(said):
    logs.configure(form="json")
    try:
        raise ValueError("no such stage")
    except ValueError:
        log.exception("step failed", extra={"step": "gold.fact_sales", "rows": 3})
    [line] = said.lines
    assert line["time"].endswith("+00:00")
    assert (line["level"], line["logger"], line["message"]) == ("error", "lakehouse.test", "step failed")
    assert (line["step"], line["rows"]) == ("gold.fact_sales", 3)
    assert "ValueError: no such stage" in line["traceback"]


@pytest.mark.parametrize(
    "text", ["mail ap@mueller.example now", "call +49 89 123456-0", "0049 (89) 123 45 67", "from +1-415-555-0100"]
)
def test_an_address_or_a_number_that_an_error_quotes_is_masked(said, text):
    logs.configure(form="json")
    log.warning("cannot cast %s", text, extra={"value": text})
    [line] = said.lines
    assert text not in said.text
    assert redaction.MASK in line["message"]
    assert redaction.MASK in line["value"]


@pytest.mark.parametrize("text", ["2026-01-31 23:59:59", "run-0003", "1,234,567 rows", "C-1D49JJ0QQ7", "0000100001"])
def test_other_numbers_are_left_alone(said, text):
    logs.configure()
    log.warning(text)
    assert text in said.text


@pytest.mark.parametrize("form", logs.FORMATS)
def test_a_command_that_fails_says_so_in_the_form_of_the_log(said, tmp_path, form):
    assert main(["--log-format", form, "--uri", str(tmp_path / "none"), "status"]) == 2
    [line] = said.text.splitlines()
    told = json.loads(line) if form == "json" else {"level": "error", "message": line.removeprefix("error: ")}
    assert told["level"] == "error"
    assert told["message"].startswith("No release at ")


def test_a_build_tells_of_each_step(said, default_uri, tmp_path):
    store = Store(str(tmp_path / "lakehouse"))
    shutil.copytree(default_uri, store.uri)
    logs.configure("info", "json")
    release = pipeline.build(store)
    steps = [line for line in said.lines if "step" in line]
    assert len(steps) == len(pipeline.steps())
    assert all(line["rows"] >= 0 and line["seconds"] >= 0 and line["peak_memory_mb"] > 1 for line in steps)
    assert said.lines[-1]["release_id"] == release.release_id
