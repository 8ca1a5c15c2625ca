"""Doc Writer: the data dictionary from the tables' profiles, and runbooks for what can stop a run."""

from collections.abc import Generator, Mapping, Sequence
from typing import Any

from agents.scripted import Call, Result
from agents.scripts import AUTHOR, closing, good, handed_on, turns, written

GATES = ("bronze_to_silver", "silver_to_mdm", "mdm_to_gold")


def script(brief: str) -> Generator[Sequence[Call], list[Result], str]:
    [listed] = good((yield [Call("profile_data_source", {"system": "lakehouse"})]))
    profiles: list[dict[str, Any]] = []
    for turn in turns(Call("profile_data_source", {"system": "lakehouse", "object": t}) for t in listed["objects"]):
        profiles += good((yield turn))
    before = handed_on(brief)
    files = {"docs/data_dictionary.md": dictionary(profiles)}
    files |= {f"docs/runbooks/gate_{gate}.md": _gate(gate) for gate in GATES}
    files |= {f"docs/runbooks/{name}.md": text for name, text in RUNBOOKS.items()}
    files["docs/platform.md"] = platform(before)
    good((yield [written(path, text) for path, text in files.items()]))
    [check] = good((yield [Call("run_tests", {"suite": "documents"})]))
    return closing(check, f"A data dictionary of {len(profiles)} tables and {len(files) - 2} runbooks")


def dictionary(profiles: Sequence[Mapping[str, Any]]) -> str:
    """A section a table, a row a column."""
    parts = [f"# Data dictionary\n\n{AUTHOR} Counted on the release at hand.\n"]
    for profile in profiles:
        keys = ", ".join(f"`{name}`" for name in profile["suspected_keys"]) or "none of a single column"
        parts.append(f"## `{profile['object']}`\n\n{profile['rows']:,} rows. Suspected keys: {keys}.\n")
        parts.append("| Column | Type | Filled | Distinct | Personal |\n| --- | --- | --- | --- | --- |")
        for column in profile["columns"]:
            filled = "–" if column["null_share"] is None else f"{1 - column['null_share']:.1%}"
            personal = column.get("suspected_personal", "")
            parts.append(f"| `{column['name']}` | {column['type']} | {filled} | {column['distinct']:,} | {personal} |")
        parts.append("")
    return "\n".join(parts)


def platform(before: Mapping[str, Any]) -> str:
    """What the agents before made, with the checks that it passed."""
    lines = [f"# What was generated\n\n{AUTHOR}\n", "| Agent | Artefacts | Said |", "| --- | --- | --- |"]
    for agent, handed in before.items():
        lines.append(f"| {agent} | {len(handed['artefacts'])} | {handed['summary']} |")
    return "\n".join(lines) + "\n"


def _gate(gate: str) -> str:
    source, target = gate.split("_to_")
    return f"""# Runbook: the gate {gate} holds the run back

{AUTHOR}

The rules of `{gate}` are looked at after {source} is complete and before {target} is built. A critical rule that does
not hold ends the run; the release before it stays published, so every page goes on showing the last good state.

1. See which rules broke: `python -m lakehouse gates`, or `select * from mdm.quality_result where not success`.
2. Look at the rows that were set aside: `silver.quarantine` holds each with all its reasons and the whole record.
3. Is the source wrong? Have it corrected there and extract again; a batch that was landed before adds nothing.
4. Is the rule wrong? Change its suite, have it reviewed, and say why in the commit.
5. Build again: `python -m lakehouse build`. It goes on from bronze and converges.
"""


RUNBOOKS: Mapping[str, str] = {
    "failed_extraction": f"""# Runbook: an extraction failed

{AUTHOR}

1. The state machine's history names the object; its job has tried three times before it gave up.
2. Refused credentials: see when the secret was rotated last, and rotate it again if the source does not know it.
3. A column that is gone: the source changed. Take it out of the job and of the bronze schema, or restore it there.
4. Start the job again with the same batch id. Nothing is landed twice.
""",
    "failed_build": f"""# Runbook: a build failed

{AUTHOR}

1. The error names the step and the tables that it reads. `mdm.run_step` shows how far the last good run went.
2. Another writer holds the lock: wait for it; a lock of a killed process expires by itself.
3. A file is missing or damaged: build again. Derived tables are written anew from bronze.
4. The pages show the last published release all the while. Nothing has to be taken back.
""",
}
