"""The Fellegi-Sunter run: blocks, the learned model, and every pair scored at or above the floor."""

import os
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from lakehouse.mdm.linkage import candidates as blocking
from lakehouse.mdm.linkage import competition, fellegi_sunter
from lakehouse.mdm.linkage.candidates import Candidates, Plan
from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.comparisons import comparison
from lakehouse.mdm.linkage.fellegi_sunter import Model
from lakehouse.mdm.linkage.population import Population, Reference
from lakehouse.mdm.linkage.scoring import Scored, Scorer
from lakehouse.mdm.linkage.settings import Clock, Settings

WORKERS = min(os.cpu_count() or 1, 8)
FLOOR = -7.0  # bits: pairs that are less than about one in a hundred probable are not recorded


@dataclass(frozen=True)
class Learned:
    """All that a run needs to score as an earlier run did."""

    model: Model
    plans: tuple[Plan, ...]
    reference: Reference


@dataclass
class Found:
    """The recorded pairs of a run, by record number, and how they were found."""

    scored: Scored
    bits: np.ndarray  # log2 odds, with the competition between candidates where linking is one to one
    first: np.ndarray  # number of the first pass that finds a pair
    mask: np.ndarray  # a bit for each pass that finds it
    candidates: Candidates
    scorer: Scorer
    learned: Learned
    one_to_one: bool = False


def find(population: Population, settings: Settings, learned: Learned | None, clock: Clock) -> Found:
    """All pairs of a population that reach the floor."""
    sources = population.sources if settings.mode == "link" else None
    passes = blocking.candidates(population.atoms, sources, len(population), learned.plans if learned else None)
    candidates = blocking.exhaustive(passes)
    clock.stage("block")
    used = tuple(sorted(map(comparison, population.columns.values()), key=lambda one: one.cost))
    comparer = Comparer(population.columns, population.columns, used)
    if learned is None:
        model = fellegi_sunter.learn(comparer, passes, settings.seed)
        kept = fellegi_sunter.worthwhile(passes, model)
        learned = Learned(model, tuple(one.plan for one in kept), population.reference())
    passes.passes = [one for one in passes.passes if one.plan in learned.plans]
    population.atoms.clear()
    clock.stage("learn")
    scorer = Scorer(learned.model, comparer)
    scored, first = _score(candidates, scorer, clock)
    mask = candidates.found_by(scored.left, scored.right)
    found = Found(scored, scored.bits, first, mask, candidates, scorer, learned)
    if sources is not None and settings.one_to_one is not False:
        pairs = scored.left, scored.right, scored.bits, sources
        found.one_to_one = settings.one_to_one or competition.is_one_to_one(*pairs)
        if found.one_to_one:
            found.bits = competition.competed(*pairs)
    clock.stage("score")
    return found


def _score(candidates: Candidates, scorer: Scorer, clock: Clock) -> tuple[Scored, np.ndarray]:
    parts: list[Scored] = []
    firsts: list[np.ndarray] = []
    nothing = np.zeros(0, dtype=np.int32)
    with ThreadPoolExecutor(WORKERS) as workers:
        waiting: deque[tuple[Future[Scored], int, float]] = deque()
        for left, right, number, share in candidates.stream():
            waiting.append((workers.submit(scorer.score, left, right, FLOOR), number, share))
            if len(waiting) > WORKERS:
                _collect(waiting, parts, firsts, clock)
        while waiting:
            _collect(waiting, parts, firsts, clock)
    parts.append(scorer.score(nothing, nothing, FLOOR))
    return (
        Scored(
            np.concatenate([part.left for part in parts]),
            np.concatenate([part.right for part in parts]),
            np.concatenate([part.levels for part in parts]),
            np.concatenate([part.rarer for part in parts], axis=1),
            np.concatenate([part.bits for part in parts]),
        ),
        np.concatenate([*firsts, np.zeros(0, dtype=np.uint8)]),
    )


def _collect(
    waiting: "deque[tuple[Future[Scored], int, float]]", parts: list[Scored], firsts: list[np.ndarray], clock: Clock
) -> None:
    future, number, share = waiting.popleft()
    scored = future.result()
    parts.append(scored)
    firsts.append(np.full(len(scored.left), number, dtype=np.uint8))
    clock.tell("score", share)
