"""python -m lakehouse dictionary: write the generated files, or say which of them are stale."""

import argparse
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lakehouse.dictionary import SHIPPED
from lakehouse.errors import LakehouseError
from lakehouse.runner import FOLDER

DOCUMENT = Path("docs/data_dictionary.md")
ROOT = Path(__file__).resolve().parents[2]


class DictionaryIncomplete(LakehouseError):
    """A table, column, query or page is not described."""


def add_parser(commands: Any) -> None:
    parser = commands.add_parser("dictionary", help="write the data dictionary from the models, YAML files and suites")
    parser.set_defaults(command=run)
    parser.add_argument("--check", action="store_true", help="write nothing; 1 where a generated file is stale")


def run(chosen: argparse.Namespace) -> int:
    """Write what is stale, or name it."""
    changed = stale() if chosen.check else write()
    for path in changed:
        print(f"{'stale' if chosen.check else 'written'}: {path.relative_to(ROOT)}")
    if not changed:
        print("The data dictionary is up to date.")
    return 1 if chosen.check and changed else 0


def write(root: Path = ROOT) -> list[Path]:
    """Write the files that are stale; these files."""
    texts = _texts(root)
    changed = stale(root, texts)
    for path in changed:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(texts[path], encoding="utf-8")
    return changed


def stale(root: Path = ROOT, texts: Mapping[Path, str] | None = None) -> list[Path]:
    """The generated files that do not say what the project says now."""
    texts = _texts(root) if texts is None else texts
    return [path for path, text in texts.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def _texts(root: Path) -> dict[Path, str]:
    try:
        from lakehouse.dictionary import collect, markdown
    except ImportError as error:
        raise LakehouseError(
            f"{error.name} is not installed; install it with: pip install -r requirements-dev.txt"
        ) from error
    content = collect.collect(root)
    if found := collect.missing(content):
        raise DictionaryIncomplete("The dictionary is incomplete:\n" + "\n".join(found))
    package, models = Path(__file__).resolve().parents[1], FOLDER.resolve()
    return {
        root / DOCUMENT: markdown.document(content),
        root / SHIPPED.relative_to(package.parent): _json(content),
        root / models.relative_to(package.parent) / "gold" / "exposures.yml": markdown.exposures(content),
    }


def _json(content: Mapping[str, Any]) -> str:
    """One line for each table, query and page, so that a difference can be read."""
    parts = []
    for key, entries in content.items():
        lines = ",\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries)
        parts.append(f"{json.dumps(key)}: [\n{lines}\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"
