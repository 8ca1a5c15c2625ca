"""Extraction jobs: they compile, and say the keys and columns that the source's dictionary says."""

import ast
from pathlib import Path
from typing import Any

from agents import sources
from agents.checks import Artefact
from agents.errors import ToolError
from lakehouse.release import Release
from lakehouse.storage import Store

FOLDER = "jobs"
CONSTANTS = ("SYSTEM", "OBJECT", "KEY", "CHANGED", "COLUMNS", "TABLE")
FUNCTIONS = ("extract", "land", "main")


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a job."""
    found = []
    for path in sorted((workspace / FOLDER).rglob("*.py")):
        problems = _problems(path)
        detail = "; ".join(problems) or "compiles; keys and columns are those of the source's dictionary"
        found.append(Artefact(str(path.relative_to(workspace)), "job", not problems, detail))
    return found


def _problems(path: Path) -> list[str]:
    text = path.read_text(encoding="utf-8")
    try:
        tree = ast.parse(text)
        compile(tree, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return [f"does not compile: {error}"]
    said = _constants(tree)
    defined = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    problems = [f"does not say {name}" for name in CONSTANTS if name not in said]
    problems += [f"has no function {name}" for name in FUNCTIONS if name not in defined]
    if problems:
        return problems
    try:
        source = sources.find(str(said["SYSTEM"]).lower(), said["OBJECT"])
    except ToolError as error:
        return [str(error)]
    if tuple(said["KEY"]) != source.key:
        problems.append(f"its key is {said['KEY']}, the dictionary says {list(source.key)}")
    if said["CHANGED"] != source.changed:
        problems.append(f"its column of change is {said['CHANGED']}, the dictionary says {source.changed}")
    names = [column.name for column in source.columns]
    if [name for name, _ in said["COLUMNS"]] != names:
        problems.append("its columns differ from the dictionary's")
    return problems


def _constants(tree: ast.Module) -> dict[str, Any]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            try:
                found[node.targets[0].id] = ast.literal_eval(node.value)
            except ValueError:
                continue
    return found
