"""MDM Matcher: take the rules of the last run, try other thresholds, keep the best that merges nothing wrongly."""

import json
from collections.abc import Generator, Sequence

from agents.scripted import NAME, Call, Result
from agents.scripts import as_json, good, written

THRESHOLDS = (0.88, 0.90, 0.92, 0.94)
FINAL = "match/customer_match.json"


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    read = {"action": "read", "table": "mdm.match_run"}
    profile = {"system": "lakehouse", "object": "silver.customer"}
    [runs, _] = good((yield [Call("delta_lake_operation", read), Call("profile_data_source", profile)]))
    newest = dict(zip(runs["columns"], runs["rows"][-1], strict=True))
    rules = json.loads(newest["rules"])
    candidates = {_path(at): rules | {"auto_merge_at": at} for at in THRESHOLDS if at >= rules["review_at"]}
    good(
        (yield [written(path, as_json({"author": NAME, "rules": candidate})) for path, candidate in candidates.items()])
    )
    [check] = good((yield [Call("run_tests", {"suite": "match"})]))
    measured = {row["path"]: json.loads(row["detail"]) for row in check["rows"] if row["detail"].startswith("{")}
    best = max(
        (path for path in candidates if path in measured and measured[path]["precision"] == 1.0),
        key=lambda path: (measured[path]["f1"], measured[path]["auto_merge_at"]),
        default=None,
    )
    if best is None:
        return "No configuration was chosen: none of the candidates was measured to merge without a fault."
    good((yield [written(FINAL, as_json({"author": NAME, "rules": candidates[best], "measured": measured[best]}))]))
    good((yield [Call("run_tests", {"suite": "match"})]))
    found = measured[best]
    return (
        f"{len(candidates)} thresholds measured; {found['auto_merge_at']} is kept: "
        f"precision {found['precision']}, recall {found['recall']}, F1 {found['f1']}."
    )


def _path(threshold: float) -> str:
    return f"match/candidates/auto_merge_at_{round(threshold * 100)}.json"
