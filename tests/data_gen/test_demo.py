"""From an empty folder to a release: once, whoever asks, and back to the first day."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import polars as pl
import pytest

import data_gen
from data_gen import demo
from data_gen.world import world
from lakehouse import pipeline
from lakehouse.errors import LakehouseError
from lakehouse.schemas import BRONZE
from lakehouse.storage import Store


@pytest.fixture
def uri(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty place, and a small default enterprise."""
    monkeypatch.setattr(demo, "world", lambda: world(42, 0.1))
    return str(tmp_path / "lakehouse")


def test_two_sessions_at_once_get_one_build(uri):
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: data_gen.ensure_demo(uri=uri), range(2))
    assert first.run_id == second.run_id
    assert [release.release_id for release in Store(uri).releases()] == [1]


def test_an_existing_release_is_taken_as_it_is(uri):
    steps = []
    release = data_gen.ensure_demo(uri=uri)
    assert data_gen.ensure_demo(steps.append, uri).published_at == release.published_at
    assert steps == []


def test_progress_names_every_step_once_it_has_ended(uri):
    told = []
    data_gen.ensure_demo(told.append, uri)
    ended = [progress for progress in told if progress.seconds is not None]
    assert [progress.position for progress in ended] == list(range(1, ended[-1].total + 1))
    assert {progress.total for progress in told} == {1 + len(BRONZE) + len(pipeline.steps()) + 1}
    assert {progress.step for progress in ended} >= set(BRONZE)
    assert all(progress.rows is not None for progress in ended)


def test_building_again_adds_no_row(uri):
    demo.build(world(42, 0.1), uri)
    rows = {table: len(Store(uri).read(table)) for table in BRONZE}
    assert demo.build(world(42, 0.1), uri).release_id == 2
    assert {table: len(Store(uri).read(table)) for table in BRONZE} == rows


def test_a_build_that_was_cut_off_converges(uri, monkeypatch):
    whole = pipeline.build_locked
    monkeypatch.setattr(pipeline, "build_locked", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        demo.build(world(42, 0.1), uri)
    assert Store(uri).releases() == []
    monkeypatch.setattr(pipeline, "build_locked", whole)
    demo.build(world(42, 0.1), uri)
    assert len(Store(uri).read("gold.dim_customer")) == 50


def test_another_enterprise_is_not_poured_into_the_same_lakehouse(uri):
    demo.build(world(42, 0.1), uri)
    with pytest.raises(LakehouseError, match=r"already holds the enterprise of seed 42, scale 0\.1, not of seed 43"):
        demo.build(world(43, 0.1), uri)


def test_the_answer_key_lies_beside_the_layers(uri):
    simulated = world(42, 0.1)
    key = simulated.answer_key()
    demo.build(simulated, uri)
    for name, rows in key.items():
        kept = pl.read_delta(f"{uri}/{demo.ANSWER_KEY}/{name}")
        assert kept.sort(kept.columns).equals(rows.sort(rows.columns))


def test_reset_gives_the_first_day_again(uri):
    first = data_gen.ensure_demo(uri=uri)
    store = Store(uri)
    pipeline.build(store)
    (Path(uri) / "silver" / "left_over").mkdir()
    again = data_gen.reset(uri=uri)
    assert [release.release_id for release in store.releases()] == [again.release_id] == [first.release_id]
    assert not (Path(uri) / "silver" / "left_over").exists()
    assert len(store.read("gold.dim_customer")) == 50
    assert sorted(entry.name for entry in Path(uri).parent.iterdir()) == ["lakehouse"]
