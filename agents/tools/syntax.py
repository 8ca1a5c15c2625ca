"""Whether a text is what its suffix says: Python, SQL, YAML, JSON, a state machine or Markdown."""

import ast
import json
import re
from pathlib import PurePosixPath

import duckdb

from agents import state_machine
from agents.errors import ToolError

SUFFIXES = (".py", ".sql", ".yml", ".yaml", ".json", ".md")
MACRO = re.compile(r"\{%-?\s*macro\s")
END_MACRO = re.compile(r"\{%-?\s*endmacro\s")
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


def check(path: str, text: str) -> str:
    """What was checked, in a word or two. Raises ToolError with the place of the fault."""
    name = PurePosixPath(path).name
    if name.endswith(".asl.json"):
        if problems := state_machine.problems(_json(path, text)):
            raise ToolError(f"{path} is no valid state machine: {'; '.join(problems)}")
        return "state machine"
    kind = PurePosixPath(path).suffix
    if kind == ".py":
        return _python(path, text)
    if kind == ".sql":
        return _sql(path, text)
    if kind == ".json":
        _json(path, text)
        return "JSON"
    if kind in (".yml", ".yaml"):
        return _yaml(path, text)
    if not re.search(r"^# \S", text, re.MULTILINE):
        raise ToolError(f"{path} has no heading: a Markdown file begins with one, as '# Title'")
    return "Markdown"


def _python(path: str, text: str) -> str:
    try:
        compile(ast.parse(text, filename=path), path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        raise ToolError(f"{path} is no valid Python: {error}") from error
    return "Python"


def _sql(path: str, text: str) -> str:
    """One statement; what is in Jinja's brackets stands for a name. A file of macros is held to be closed."""
    if MACRO.search(text):
        if len(MACRO.findall(text)) != len(END_MACRO.findall(text)) or text.count("{%") != text.count("%}"):
            raise ToolError(f"{path} opens a macro that it does not close")
        return "Jinja macros"
    with duckdb.connect() as con:
        try:
            found = con.extract_statements(TAG.sub("template_name", text))
        except duckdb.Error as error:
            raise ToolError(f"{path} is no valid SQL: {error}") from error
    if len(found) != 1:
        raise ToolError(f"{path} holds {len(found)} statements; a file holds one")
    return "SQL"


def _json(path: str, text: str) -> object:
    try:
        return json.loads(text)
    except ValueError as error:
        raise ToolError(f"{path} is no valid JSON: {error}") from error


def _yaml(path: str, text: str) -> str:
    try:
        import yaml
    except ImportError as error:
        raise ToolError("pyyaml is not installed: pip install -r requirements-agents.txt") from error
    try:
        yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ToolError(f"{path} is no valid YAML: {error}") from error
    return "YAML"
