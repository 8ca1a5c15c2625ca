import threading
from types import SimpleNamespace

import pytest

from lakehouse import session
from tests.ui.conftest import release
from ui import build_process, data, first_start
from ui.first_start import Build


def step(name: str, position: int, rows: int | None = None, seconds: float | None = None) -> SimpleNamespace:
    return SimpleNamespace(step=name, position=position, total=4, rows=rows, seconds=seconds)


@pytest.fixture
def simulator(monkeypatch):
    """A build that publishes a release when it is let go; what it was asked for."""
    published: list[session.Release] = []
    asked: list[object] = []
    gate = threading.Event()

    def ensure_demo(report):
        asked.append(report)
        report(step("silver.customer", 1))
        assert gate.wait(5)
        published.append(release(1))

    monkeypatch.setattr(build_process, "ensure_demo", ensure_demo)
    monkeypatch.setattr(session, "releases", lambda: list(published))
    return SimpleNamespace(asked=asked, gate=gate)


def test_two_sessions_share_one_build(simulator):
    ends: list[int] = []

    def a_session() -> None:
        first_start.ensure()
        ends.append(data.releases()[-1].release_id)

    sessions = [threading.Thread(target=a_session) for _ in range(2)]
    for one in sessions:
        one.start()
    simulator.gate.set()
    for one in sessions:
        one.join(10)
    assert ends == [1, 1]
    assert len(simulator.asked) == 1


def test_nothing_is_built_where_there_is_a_release(simulator, monkeypatch):
    monkeypatch.setattr(session, "releases", lambda: [release(1)])
    first_start.ensure()
    assert simulator.asked == []


def test_progress_follows_the_steps():
    build = Build()
    build.report(step("silver.customer", 2))
    assert (build.step, build.done, build.total) == ("silver.customer", 1, 4)
    build.report(step("silver.customer", 2, rows=1150, seconds=0.25))
    assert (build.done, build.finished) == (2, [("silver.customer", 1150, 0.25)])
    assert "1,150 rows" in first_start._finished(build.finished)


def test_a_failed_build_is_told_and_the_next_visit_tries_again(simulator, monkeypatch):
    def fails(report):
        simulator.asked.append(report)
        raise session.NotWritable("Cannot write to /data")

    monkeypatch.setattr(build_process, "ensure_demo", fails)
    for tries in (1, 2):
        with pytest.raises(session.NotWritable, match="Cannot write to /data"):
            first_start.ensure()
        assert len(simulator.asked) == tries


def test_the_build_runs_in_a_process_of_its_own(empty_lakehouse):
    steps = []
    build_process.ensure_demo(steps.append)
    assert [found.release_id for found in session.releases()] == [1]
    assert steps[-1].position == steps[-1].total
    assert steps[-1].seconds is not None
    build_process.ensure_demo(steps.append)
    assert len(session.releases()) == 1, "a second time it finds the release"


@pytest.mark.parametrize(
    ("told", "kind"),
    [("NotWritable", session.NotWritable), ("PermissionError", PermissionError), ("Strange", RuntimeError)],
)
def test_an_error_of_the_build_keeps_its_kind(monkeypatch, told, kind):
    line = f'{{"error": "{told}", "message": "Cannot write to /data"}}'
    monkeypatch.setattr(build_process, "CHILD", f"print({line!r})")
    with pytest.raises(kind, match="Cannot write to /data"):
        build_process.ensure_demo(lambda _: None)


def test_a_build_that_dies_is_told(monkeypatch):
    monkeypatch.setattr(build_process, "CHILD", "import sys; sys.exit('no memory')")
    with pytest.raises(RuntimeError, match="the build ended with code 1: no memory"):
        build_process.ensure_demo(lambda _: None)
