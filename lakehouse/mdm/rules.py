"""The rules of the match engine as data: weights, tiers, blocking, trusted keys, survivorship and limits."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

AUTO_MERGE, REVIEW, NO_MATCH = "AUTO_MERGE", "REVIEW", "NO_MATCH"
SOURCES = ("SAP", "Salesforce", "Oracle")  # in the order in which they found a customer

SIMILARITIES = ("jaro_winkler_any_order", "jaro_winkler", "exact", "same_phone", "other_source")
SURVIVORSHIP = ("most_trusted", "most_recent", "longest", "oldest")
DOWNGRADES = ("single_case", "invalid_email", "role_mailbox", "invalid_phone", "incomplete_address")
CASINGS = ("as_is", "lower", "title", "name")


@dataclass(frozen=True)
class Comparison:
    """How one field is compared, and the share of the match score that full agreement earns."""

    field: str
    similarity: str
    weight: int  # hundredths
    column: str  # where the similarity is recorded


@dataclass(frozen=True)
class BlockingPass:
    """Records that share the key are compared; an oversized block is split by a second key."""

    name: str
    key: str
    split_by: str
    label: str


@dataclass(frozen=True)
class TrustedKey:
    """Records of `source` that agree on every column are one customer, whatever their score.

    With `refers_to`, the columns hold the record_id of a record of that system, or of any system where it is '*'.
    """

    rule_id: str
    source: str
    columns: tuple[str, ...]
    refers_to: str | None
    label: str


@dataclass(frozen=True)
class Survives:
    """Which record's value becomes the golden one; the columns of a group survive together."""

    attribute: str
    by: str
    columns: tuple[str, ...]
    trust: tuple[str, ...] = SOURCES
    downgrades: tuple[str, ...] = ()  # a value that one applies to ranks behind those without
    casing: str = "as_is"


@dataclass(frozen=True)
class MatchRules:
    model: str
    comparisons: tuple[Comparison, ...]
    blocking: tuple[BlockingPass, ...]
    trusted_keys: tuple[TrustedKey, ...]
    survivorship: tuple[Survives, ...]
    auto_merge_at: float = 0.92
    review_at: float = 0.75
    audit_floor: float = 0.65
    fuzzy_sources: tuple[str, ...] = ("SAP", "Salesforce")  # other systems only enrich
    prefix_weight: float = 0.1  # Jaro-Winkler's bonus for each of the first four letters in common
    max_block: int = 2_000  # records; a larger block is split, then compared within a window
    window: int = 200  # neighbours in name order that a record of a capped block is compared with
    max_cluster: int = 6  # parties

    def __post_init__(self) -> None:
        problems = [*self._scoring_problems(), *self._limit_problems(), *self._name_problems()]
        if problems:
            raise ValueError("Match rules: " + "; ".join(problems))

    def _scoring_problems(self) -> list[str]:
        found = []
        total = sum(comparison.weight for comparison in self.comparisons)
        if total != 100 or any(comparison.weight < 0 for comparison in self.comparisons):
            found.append(f"comparison weights must be positive and sum to 100 hundredths, but sum to {total}")
        if not 0 <= self.audit_floor <= self.review_at <= self.auto_merge_at <= 1:
            found.append(
                "thresholds must satisfy 0 <= audit_floor <= review_at <= auto_merge_at <= 1, but are "
                f"{self.audit_floor}, {self.review_at}, {self.auto_merge_at}"
            )
        if not 0 <= self.prefix_weight <= 0.25:
            found.append(f"prefix_weight must lie in 0 to 0.25, but is {self.prefix_weight}")
        return found

    def _limit_problems(self) -> list[str]:
        lowest = {"max_block": 2, "window": 1, "max_cluster": 2}
        return [
            f"{name} must be at least {least}, but is {getattr(self, name)}"
            for name, least in lowest.items()
            if getattr(self, name) < least
        ]

    def _name_problems(self) -> list[str]:
        used = {
            "similarity": ([c.similarity for c in self.comparisons], SIMILARITIES),
            "survivorship rule": ([s.by for s in self.survivorship], SURVIVORSHIP),
            "casing": ([s.casing for s in self.survivorship], CASINGS),
            "downgrade": ([d for s in self.survivorship for d in s.downgrades], DOWNGRADES),
        }
        found = [
            f"no {kind} '{name}', available: {', '.join(known)}"
            for kind, (names, known) in used.items()
            for name in names
            if name not in known
        ]
        for kind, keys in {
            "blocking pass": [p.name for p in self.blocking],
            "comparison": [c.column for c in self.comparisons],
            "trusted key": [k.rule_id for k in self.trusted_keys],
        }.items():
            found += [f"{kind} '{key}' is declared twice" for key in sorted(set(keys)) if keys.count(key) > 1]
        if len(self.blocking) > 16:
            found.append(f"at most 16 blocking passes are possible, but {len(self.blocking)} are declared")
        return found

    def tier(self, match_score: float) -> str:
        """What follows from a score."""
        if match_score >= self.auto_merge_at:
            return AUTO_MERGE
        return REVIEW if match_score >= self.review_at else NO_MATCH

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)

    def to_json(self) -> str:
        return json.dumps(self.to_dict(), sort_keys=True, ensure_ascii=False)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "MatchRules":
        """The rules that a run stored, as rules again."""
        parts = {
            "comparisons": Comparison,
            "blocking": BlockingPass,
            "trusted_keys": TrustedKey,
            "survivorship": Survives,
        }
        built: dict[str, Any] = {name: _tuples(value) for name, value in values.items() if name not in parts}
        for name, part in parts.items():
            built[name] = tuple(part(**{k: _tuples(v) for k, v in item.items()}) for item in values[name])
        return cls(**built)


def _tuples(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


SALES_FIRST = ("Salesforce", "SAP", "Oracle")

CUSTOMER = MatchRules(
    model="composite",
    comparisons=(
        Comparison("name", "jaro_winkler_any_order", 30, "name_similarity"),
        Comparison("email", "exact", 25, "email_match"),
        Comparison("phone", "same_phone", 20, "phone_match"),
        Comparison("address", "jaro_winkler", 15, "address_similarity"),
        Comparison("source", "other_source", 10, "source_bonus"),
    ),
    blocking=(
        BlockingPass("soundex_name", "name_soundex", "last_soundex", "Soundex of the name"),
        BlockingPass("soundex_token", "token_soundex", "name_soundex", "Soundex of any token"),
        BlockingPass("email", "email_key", "name_soundex", "Same e-mail"),
        BlockingPass("phone", "phone_key", "name_soundex", "Same phone"),
    ),
    trusted_keys=(
        TrustedKey("DET-01", "Salesforce", ("sap_key",), "SAP", "Salesforce names its SAP customer number"),
        TrustedKey("DET-02", "SAP", ("tax_key",), None, "Same VAT id within SAP"),
        TrustedKey(
            "DET-03",
            "Salesforce",
            ("name_key", "address_key", "email_key"),
            None,
            "Same name, address and e-mail within Salesforce",
        ),
        TrustedKey("DET-04", "Oracle", ("sap_key", "sf_key"), "*", "Oracle names the record it was made from"),
    ),
    survivorship=(
        Survives("full_name", "most_trusted", ("name",), downgrades=("single_case",), casing="name"),
        Survives("email", "most_recent", ("email",), SALES_FIRST, ("invalid_email", "role_mailbox"), "lower"),
        Survives("phone", "most_recent", ("phone",), SALES_FIRST, ("invalid_phone",)),
        Survives(
            "address",
            "most_recent",
            ("street", "city", "postal_code", "country"),
            SALES_FIRST,
            ("incomplete_address",),
            "title",
        ),
        Survives("segment", "most_trusted", ("segment",)),
        Survives("industry", "most_trusted", ("industry",)),
        Survives("tax_id", "most_trusted", ("tax_id",)),
        Survives("is_churned", "most_trusted", ("is_churned",)),
        Survives("created_date", "oldest", ("created_date",)),
    ),
)
