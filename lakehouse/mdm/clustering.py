"""Records joined to customers: links are followed in order, unless a steward, a trusted key or a limit forbids it."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lakehouse.mdm.stewardship import Constraint

STEWARD = "STEWARD"
KEPT_APART, CONFLICTING_KEY, TOO_LARGE = "kept apart", "conflicting tax id", "cluster too large"


@dataclass(frozen=True)
class Link:
    """Two records, by row number, that a rule takes to be one customer."""

    left: int
    right: int
    rule: str
    score: float


@dataclass
class Forest:
    """A partition of the records 0 … n-1; the lowest record of a cluster is its root."""

    parent: list[int]
    tax: dict[int, frozenset[str]]  # root -> the tax ids in its cluster
    foes: dict[int, set[int]] = field(default_factory=dict)  # root -> records that must stay out of its cluster
    joined: list[Link] = field(default_factory=list)  # the links that united two clusters

    @classmethod
    def of(cls, tax_ids: Sequence[str | None]) -> "Forest":
        return cls(list(range(len(tax_ids))), {row: frozenset((tax,)) for row, tax in enumerate(tax_ids) if tax})

    def copy(self) -> "Forest":
        foes = {root: set(records) for root, records in self.foes.items()}
        return Forest(list(self.parent), dict(self.tax), foes, list(self.joined))

    def root(self, row: int) -> int:
        while self.parent[row] != row:
            self.parent[row] = self.parent[self.parent[row]]
            row = self.parent[row]
        return row

    def roots(self) -> list[int]:
        return [self.root(row) for row in range(len(self.parent))]

    def forbid(self, left: int, right: int) -> None:
        """Keep two records apart from now on; nothing happens where they are one already."""
        a, b = self.root(left), self.root(right)
        if a != b:
            self.foes.setdefault(a, set()).add(right)
            self.foes.setdefault(b, set()).add(left)

    def unite(self, link: Link, *, keys_must_agree: bool = True) -> str | None:
        """Follow a link; the reason where it must not be followed."""
        a, b = sorted((self.root(link.left), self.root(link.right)))
        if a == b:
            return None
        if any(self.root(foe) == b for foe in self.foes.get(a, ())):
            return KEPT_APART
        if keys_must_agree and a in self.tax and b in self.tax and self.tax[a].isdisjoint(self.tax[b]):
            return CONFLICTING_KEY
        self.parent[b] = a
        self.joined.append(link)
        if b in self.tax:
            self.tax[a] = self.tax.get(a, frozenset()) | self.tax.pop(b)
        if b in self.foes:
            self.foes[a] = self.foes.get(a, set()) | self.foes.pop(b)
        return None


def join_parties(
    parties: Forest,
    links: Iterable[Link],
    constraints: Sequence[tuple[int, int, Constraint]],
    scores: Mapping[tuple[int, int], float],
    max_cluster: int,
) -> tuple[Forest, dict[Link, str]]:
    """The customers, and each link that was not followed with the reason.

    Steward decisions come first, the newest before the older, and override the guards; then the links, the strongest
    first. Where the links alone would chain more than `max_cluster` parties, none of that chain is followed.
    """
    ordered = sorted(links, key=lambda link: (-link.score, link.left, link.right))
    refused = dict.fromkeys(_oversized(parties, ordered, max_cluster), TOO_LARGE)
    customers = parties.copy()
    customers.foes.clear()
    for left, right, constraint in constraints:
        if constraint.is_link:
            score = scores.get((min(left, right), max(left, right)), 0.0)
            customers.unite(Link(left, right, STEWARD, score), keys_must_agree=False)
        else:
            customers.forbid(left, right)
    for link in ordered:
        if link not in refused and (reason := customers.unite(link)):
            refused[link] = reason
    linked = {link for link in refused if customers.root(link.left) == customers.root(link.right)}
    return customers, {link: reason for link, reason in refused.items() if link not in linked}


def hang(forest: Forest) -> dict[int, Link]:
    """For each record but the founding ones the link by which it hangs on its cluster's founding record."""
    neighbours: dict[int, list[tuple[int, Link]]] = defaultdict(list)
    for link in forest.joined:
        neighbours[link.left].append((link.right, link))
        neighbours[link.right].append((link.left, link))
    reached: dict[int, Link] = {}
    frontier = [row for row in neighbours if forest.root(row) == row]
    seen = set(frontier)
    while frontier:
        row = frontier.pop()
        for other, link in neighbours[row]:
            if other not in seen:
                seen.add(other)
                reached[other] = link
                frontier.append(other)
    return reached


def weakest(forest: Forest) -> dict[int, float]:
    """The score of the weakest link that holds a cluster together, by root; single records have none."""
    found: dict[int, float] = {}
    for link in forest.joined:
        root = forest.root(link.left)
        found[root] = min(found.get(root, 1.0), link.score)
    return found


def _oversized(parties: Forest, links: Sequence[Link], max_cluster: int) -> list[Link]:
    """The links of chains that would join more parties than is plausible."""
    chained = parties.copy()
    for link in links:
        chained.unite(link)
    ends = {parties.root(row) for link in links for row in (link.left, link.right)}
    size = Counter(chained.root(party) for party in ends)
    return [
        link
        for link in links
        if chained.root(link.left) == chained.root(link.right) and size[chained.root(link.left)] > max_cluster
    ]
