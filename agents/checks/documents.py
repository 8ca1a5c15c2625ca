"""Documents: together they name every table of the release, and the data dictionary every column."""

import re
from pathlib import Path

from agents.checks import Artefact
from lakehouse.release import Release
from lakehouse.storage import Store

FOLDER = "docs"
DICTIONARY = "data_dictionary.md"


def check(workspace: Path, store: Store, release: Release) -> list[Artefact]:
    """One row a document."""
    found = []
    for path in sorted((workspace / FOLDER).rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        problems = [] if re.match(r"# \S", text) else ["it does not begin with a title"]
        detail = f"{len(text.split()):,} words"
        if path.name == DICTIONARY:
            missing = _missing(text, store, release)
            problems += [f"{len(missing)} names are missing: {', '.join(missing[:10])}"] if missing else []
            detail = f"names all {len(release.tables)} tables and their columns"
        found.append(
            Artefact(str(path.relative_to(workspace)), "documents", not problems, "; ".join(problems) or detail)
        )
    return found


def _missing(text: str, store: Store, release: Release) -> list[str]:
    """Tables without a section of their own, and columns that their section does not name."""
    sections = dict(re.findall(r"^## `([\w.]+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    missing = [name for name in release.tables if name not in sections]
    with store.connect(release.tables) as con:
        for name in release.tables:
            columns = [column[0] for column in con.sql(f"select * from {name} limit 0").description]
            missing += [f"{name}.{c}" for c in columns if name in sections and f"`{c}`" not in sections[name]]
    return missing
