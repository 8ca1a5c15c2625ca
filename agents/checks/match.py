"""Match configurations: valid, and measured against the answer key by the engine itself."""

import json
from pathlib import Path
from typing import Any

import polars as pl

from agents.checks import Artefact
from lakehouse import views
from lakehouse.mdm import evaluate, matching
from lakehouse.mdm.rules import MatchRules
from lakehouse.release import Release
from lakehouse.storage import Store

FOLDER = "match"
CANDIDATES = "candidates"
LEAST_PRECISION = 0.99


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a configuration; the detail is JSON with what was measured."""
    location = f"{store.uri.rstrip('/')}/_answer_key/entity"
    key = views.read(location) if views.is_delta(location) else None
    customers = store.read("silver.customer", release.tables["silver.customer"])
    decisions = store.read("mdm.steward_decision", release.tables["mdm.steward_decision"])
    found = []
    for path in sorted((workspace / FOLDER).rglob("*.json")):
        name = str(path.relative_to(workspace))
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            rules = MatchRules.from_dict(content["rules"])
        except (ValueError, KeyError, TypeError) as error:
            found.append(Artefact(name, "match", False, f"no match rules: {error}"))
            continue
        if key is None:
            found.append(Artefact(name, "match", False, "valid, but not measured: there is no answer key"))
            continue
        measured = measure(customers, decisions, key, rules)
        claimed = content.get("measured")
        honest = claimed is None or claimed == measured
        # A candidate need only be measured; what is to be used must not merge what it should not.
        is_candidate = path.parent.name == CANDIDATES
        passed = honest and (is_candidate or (measured["precision"] or 0.0) >= LEAST_PRECISION)
        detail = {**measured, **({} if honest else {"claimed": claimed})}
        found.append(Artefact(name, "measured" if is_candidate else "match", passed, json.dumps(detail)))
    return found


def measure(customers: pl.DataFrame, decisions: pl.DataFrame, key: pl.DataFrame, rules: MatchRules) -> dict[str, Any]:
    """Precision, recall and F1 of what the rules merge without a person."""
    result = matching.run(customers, decisions, rules)
    at = evaluate.evaluate(result.match_pair, result.crosswalk, key, rules).at(rules.auto_merge_at)
    shares = {"precision": at.precision, "recall": at.recall, "f1": at.f1}
    return {
        "auto_merge_at": rules.auto_merge_at,
        **{name: None if share is None else round(share, 4) for name, share in shares.items()},
        "golden_customers": len(result.golden_customer),
    }
