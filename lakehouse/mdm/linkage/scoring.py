"""Match scores of candidate pairs under a learned model; pairs that cannot reach the floor are dropped on the way."""

from dataclasses import dataclass

import numpy as np

from lakehouse.mdm.linkage import term_frequency
from lakehouse.mdm.linkage.columns import Column
from lakehouse.mdm.linkage.compare import Comparer
from lakehouse.mdm.linkage.comparisons import MISSING
from lakehouse.mdm.linkage.fellegi_sunter import Kind, Model
from lakehouse.mdm.linkage.pools import log_likelihood, patterns

LN2 = float(np.log(2))
HELD = 2.0  # bits: how far a key's own value may tell more or less than usual for those who share the key
FEWEST = 0.5  # pairs of a kind; of fewer it is not reckoned with
SLACK = 1.5  # bits: the bound on a score leaves out that several kinds of match add up


@dataclass
class Scored:
    """Pairs that reach the floor."""

    left: np.ndarray
    right: np.ndarray
    levels: np.ndarray
    rarer: np.ndarray  # comparison x pair: ln of how much rarer the shared value is than usual
    bits: np.ndarray  # log2 odds of a match


class Scorer:
    """Applies a model to the pairs of a comparer."""

    def __init__(self, model: Model, comparer: Comparer, rarity: dict[str, np.ndarray] | None = None) -> None:
        self.model, self.comparer = model, comparer
        self._rarity = {} if rarity is None else rarity
        present = [kind for kind in model.kinds if kind.pairs >= FEWEST or not kind.is_counted]
        self._matches = [kind for kind in present if kind.is_match] or model.kinds[:1]
        self._known = [kind for kind in present if not kind.is_match and not kind.is_counted]
        self._related = [kind for kind in present if not kind.is_match and kind.is_counted]
        self._bits = []  # the most that each level of each field can add
        for column, u in enumerate(model.u):
            shares = np.max([kind.shares[column] for kind in self._matches], axis=0)
            self._bits.append((np.log(shares / u) / LN2).astype(np.float32))
        self._prior = float(
            np.log(max(sum(kind.pairs for kind in self._matches), FEWEST) / max(model.possible_pairs, 1)) / LN2
        )

    def rarity(self, column: Column, number: int) -> np.ndarray:
        """For each value, ln of how probable a stranger has it beside the average."""
        if column.field not in self._rarity:
            self._rarity[column.field] = term_frequency.rarity(
                column, self.model.records_of_one, self.model.alone[number]
            )
        return self._rarity[column.field]

    def score(self, left: np.ndarray, right: np.ndarray, floor: float = -np.inf) -> Scored:
        """The pairs with at least this many bits."""
        kept = np.arange(len(left))
        bound, rarer, equal, both = self._first_bound(left, right)
        levels = np.full((len(left), len(self.model.comparisons)), MISSING, dtype=np.uint8)
        for number, one in enumerate(self.model.comparisons):
            alive = kept[bound[kept] >= floor]
            if len(alive) < 0.9 * len(kept) or number == 0:
                kept = alive
            top = one.levels - 1
            here = equal[number][kept]
            levels[kept[here], number] = top
            unequal = kept[both[number][kept] & ~here]
            if len(unequal):
                level = self.comparer.level(one, left[unequal], right[unequal])
                levels[unequal, number] = level
                most = self._bits[number][:top].max()
                bound[unequal] += self._bits[number][level] - most
        kept = kept[bound[kept] >= floor]
        bits = self._bits_of(levels[kept], rarer[:, kept], floor)
        high = bits >= floor
        kept = kept[high]
        return Scored(left[kept], right[kept], levels[kept], rarer[:, kept], bits[high])

    def _first_bound(self, left: np.ndarray, right: np.ndarray) -> tuple[np.ndarray, np.ndarray, list, list]:
        """From equality alone: the most that a pair can still reach."""
        bound = np.full(len(left), self._prior + SLACK, dtype=np.float32)
        rarer = np.zeros((len(self.model.comparisons), len(left)), dtype=np.float32)
        equals, boths = [], []
        for number, one in enumerate(self.model.comparisons):
            both, equal = self.comparer.equal(one.field, left, right)
            column = self.comparer.left[one.field]
            at = np.flatnonzero(equal)
            rarer[number, at] = np.take(self.rarity(column, number), np.take(column.codes, left[at]))
            bits = self._bits[number]
            most = bits[:-1].max()
            bound += np.where(both, most, 0)
            bound[at] += bits[-1] - most - rarer[number, at] / LN2
            equals.append(equal)
            boths.append(both)
        return bound, rarer, equals, boths

    def _bits_of(self, levels: np.ndarray, rarer: np.ndarray, floor: float) -> np.ndarray:
        """log2 odds; of pairs that strangers alone explain well enough, a bound below the floor."""
        first, inverse = patterns(levels)
        rows = levels[first]
        match = np.logaddexp.reduce([self._part(kind, rows, inverse, rarer) for kind in self._matches])
        strangers = self._strangers(rows, inverse, rarer)
        bits = (match - strangers) / LN2
        some = np.flatnonzero(bits >= floor)
        first, inverse = patterns(levels[some])
        rows, rarer = levels[some][first], rarer[:, some]
        known = np.maximum.reduce([strangers[some], *(self._part(k, rows, inverse, rarer) for k in self._known)])
        other = np.logaddexp.reduce([known, *(self._part(kind, rows, inverse, rarer) for kind in self._related)])
        bits[some] = (match[some] - other) / LN2
        return bits

    def _strangers(self, rows: np.ndarray, inverse: np.ndarray, rarer: np.ndarray) -> np.ndarray:
        found: np.ndarray = log_likelihood(rows, self.model.u)[inverse] + np.log(max(self.model.possible_pairs, 1))
        return found + rarer.sum(axis=0)

    def _part(self, kind: Kind, rows: np.ndarray, inverse: np.ndarray, rarer: np.ndarray) -> np.ndarray:
        """ln of the number of pairs of a kind that look like each pair."""
        part = log_likelihood(rows, kind.shares)[inverse] + np.log(kind.pairs)
        for column, one in enumerate(self.model.comparisons):
            if kind.is_match:
                if kind.shares[column] is self.model.u[column]:
                    part += rarer[column]
            elif one.field in kind.fields:
                part += np.clip(rarer[column], -HELD * LN2, HELD * LN2)
            else:
                by_chance = min(self.model.u[column][-1] / kind.shares[column][-1], 1.0)
                if by_chance > 0.999:
                    part += np.clip(rarer[column], -10, 10)
                elif by_chance > 0.01:
                    part += np.log(1 - by_chance + by_chance * np.exp(np.clip(rarer[column], -10, 10)))
        return part


def probability(bits: np.ndarray) -> np.ndarray:
    """Posterior probability of log2 odds."""
    return 1 / (1 + np.exp2(-np.clip(bits, -100, 100)))
