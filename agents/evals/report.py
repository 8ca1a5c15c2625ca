"""The scoreboard as a page to read and as JSON."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.evals import JSON_FILE, TEXT_FILE

HOW = """Every question is put to the chat in a new conversation. An answer is right when its result set equals that of
the gold SQL: the same rows in any order, numbers within a tolerance of 0.1 %, further columns allowed. Where the right
reaction is to ask back or to decline, only that is right. CI runs every gold SQL on the default build.
`python -m agents.evals` measures anew and writes this page; with `ANTHROPIC_API_KEY` it asks Claude."""


def write(board: Mapping[str, Any], folder: Path) -> None:
    """Write both files."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / JSON_FILE).write_text(json.dumps(board, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / TEXT_FILE).write_text(text(board), encoding="utf-8")


def text(board: Mapping[str, Any]) -> str:
    total = board["total"]
    lines = [
        "# Evaluation\n",
        f"**{board['model']}**: {total['right']} of {total['questions']} right. {board['note']}\n",
        HOW + "\n",
        "| Grade | Questions | Right | Answered | Valid SQL | Tokens | Seconds |",
        "| --- | --: | --: | --: | --: | --: | --: |",
    ]
    for grade in board["grades"]:
        lines.append(
            f"| {grade['title']} | {grade['questions']} | {grade['right']} | {grade['answered']} "
            f"| {grade['valid_sql']} of {grade['with_sql']} | {grade['tokens']:,} | {grade['seconds']:.1f} |"
        )
    lines += [
        f"\nWrong answers given: {total['wrong_answers']}. Asked back or declined rightly: "
        f"{total['refusals_right']} of {total['refusals']}. Release {board['release_id']} as of {board['as_of']}.\n",
        "## Artefacts of the six agents\n",
        f"Written by: {board['artefacts_by']}.\n",
        "| Artefact | Passed | Measured |",
        "| --- | --- | --- |",
        *(f"| {a['name']} | {'yes' if a['passed'] else 'NO'} | {a['detail']} |" for a in board["artefacts"]),
        "\n## What was not right\n",
        "| Grade | Question | What came |",
        "| --- | --- | --- |",
    ]
    titles = {grade["grade"]: grade["title"] for grade in board["grades"]}
    for one in board["questions"]:
        if not one["right"]:
            detail = one["detail"].replace("|", "\\|").replace("\n", " ")
            lines.append(f"| {titles[one['grade']]} | {one['question']} | {detail} |")
    return "\n".join(lines) + "\n"
