"""write_pipeline_code: files below one workspace folder, checked by kind, written whole or not at all."""

import difflib
import hashlib
import os
from pathlib import Path, PurePosixPath
from typing import Any

from agents.errors import ToolError
from agents.tools import syntax
from agents.tools.tool import Access, Input, Tool
from agents.tools.workbench import Workbench

MOST_CHARACTERS = 200_000
DIFF_LINES = 40


def tool(bench: Workbench) -> Tool:
    def run(given: Input) -> dict[str, Any]:
        if bench.folder and not PurePosixPath(given["path"]).is_relative_to(bench.folder):
            raise ToolError(f"{given['path']!r} is not below {bench.folder}/, to which this run is confined")
        return write(bench.workspace, given["path"], given["content"], preview=bool(given.get("preview")))

    return Tool(
        name="write_pipeline_code",
        description=(
            "Write one file below the workspace folder (PySpark, dbt SQL, YAML, JSON, ASL as *.asl.json, Markdown). "
            "The content is checked by kind before it is written; writing the same again changes nothing. "
            "With preview, nothing is written and the difference to the present file comes back."
        ),
        properties={
            "path": {"type": "string", "minLength": 3, "maxLength": 200, "description": "relative, as dbt/a.sql"},
            "content": {"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS},
            "preview": {"type": "boolean", "default": False},
        },
        required=("path", "content"),
        run=run,
        access=Access.WRITE,
        timeout_seconds=20.0,
    )


def write(workspace: Path, path: str, content: str, *, preview: bool = False) -> dict[str, Any]:
    """Check and write a file; what became of it."""
    target = confined(workspace, path)
    if len(content) > MOST_CHARACTERS:
        raise ToolError(f"{path} has {len(content):,} characters; at most {MOST_CHARACTERS:,} are allowed")
    checked = syntax.check(path, content)
    before = target.read_text(encoding="utf-8") if target.is_file() else None
    done = {
        "path": path,
        "checked_as": checked,
        "sha256": hashlib.sha256(content.encode()).hexdigest(),
        "status": "unchanged" if before == content else "created" if before is None else "replaced",
    }
    if preview:
        lines = difflib.unified_diff((before or "").splitlines(), content.splitlines(), "before", "after", lineterm="")
        return {**done, "status": f"preview: would be {done['status']}", "diff": list(lines)[:DIFF_LINES]}
    if before != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name}.{os.getpid()}.part")
        part.write_text(content, encoding="utf-8")
        part.replace(target)
    return done


def confined(workspace: Path, path: str) -> Path:
    """The file's place. Raises ToolError for any path that could lead out of the workspace."""
    wanted = PurePosixPath(path)
    root = workspace.resolve()
    if wanted.is_absolute() or "\\" in path or "\x00" in path or not wanted.parts:
        raise ToolError(f"{path!r} is no relative path with forward slashes")
    if any(part == ".." or part.startswith(".") for part in wanted.parts):
        raise ToolError(f"{path!r} leaves the workspace or names a hidden file; neither is allowed")
    if wanted.suffix not in syntax.SUFFIXES:
        raise ToolError(f"{path!r} has the suffix {wanted.suffix or 'none'}; allowed are {', '.join(syntax.SUFFIXES)}")
    target = root
    for part in wanted.parts:
        target = target / part
        if target.is_symlink():
            raise ToolError(f"{path!r} goes through a symbolic link, which is not allowed")
    if not target.resolve().is_relative_to(root):
        raise ToolError(f"{path!r} leads out of the workspace")
    if target.is_dir():
        raise ToolError(f"{path!r} is a folder")
    return target
