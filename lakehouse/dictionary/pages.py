"""What the pages show: the queries they fetch and the figures on their cards, read from their source code."""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

Column = tuple[str, str]  # query, column


def pages(root: Path, queries: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Every page of the app's navigation: what it fetches, and its KPI cards and cards with their sources.

    `queries` gives each query's columns.
    """
    trees = {path.stem: _parsed(path) for path in sorted((root / "pages").glob("*.py"))}
    found = []
    for stem, title, question in _entries(_parsed(root / "ui" / "navigation.py")):
        tree = trees[stem]
        parts = [tree, *(trees[name] for name in _imported(tree, trees))]
        named = {text for part in parts for node in ast.walk(part) if (text := _text(node)) in queries}
        found.append(
            {
                "page": stem,
                "title": title,
                "question": question,
                "queries": sorted({name for name in queries if name.startswith(f"{stem}/")} | named),
                "kpis": [kpi for part in parts for kpi in _Module(part, _of(stem, queries)).kpis()],
                "cards": [card for part in parts for card in _cards(part, queries)],
            }
        )
    return found


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _entries(navigation: ast.Module) -> Iterator[tuple[str, str, str]]:
    """The key, title and question of each page, in the order of the app."""
    for node in ast.walk(navigation):
        if isinstance(node, ast.Call) and _called(node) == "Entry":
            key, title, _, question, *_ = map(_text, node.args)
            yield key, title, question


def _of(page: str, queries: Mapping[str, Collection[str]]) -> dict[str, Collection[str]]:
    """All queries, the page's own first."""
    return dict(sorted(queries.items(), key=lambda item: (not item[0].startswith(f"{page}/"), item[0])))


def _imported(tree: ast.Module, trees: Collection[str]) -> list[str]:
    """The modules beside the page that it draws parts of itself with, and those that these import."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "pages":
            inside = node.module.partition(".")[2] if node.module else ""
            found += [inside] if inside else [alias.name for alias in node.names]
    return [name for name in dict.fromkeys(found) if name in trees]


def _text(node: ast.AST) -> str:
    """The text that stands there, or nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _cards(tree: ast.Module, queries: Collection[str]) -> Iterator[dict[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "card" and node.args:
            query = next((_text(keyword.value) for keyword in node.keywords if keyword.arg == "query"), "")
            if query in queries and _text(node.args[0]):
                yield {"title": _text(node.args[0]), "query": query}


class _Module:
    """One module's names: which query a variable's rows come from, and which columns a figure was made of."""

    def __init__(self, tree: ast.Module, queries: Mapping[str, Collection[str]]) -> None:
        self.tree, self.queries = tree, queries
        self.subscripts = [node for node in ast.walk(tree) if isinstance(node, ast.Subscript) and _text(node.slice)]
        self.rows: dict[str, str] = {}  # variable: the query it holds rows of
        self.figures: dict[str, set[Column]] = {}  # variable: the columns it was made of
        for _ in range(2):  # a variable may be made of one that stands further below
            for node in ast.walk(tree):
                if isinstance(node, ast.Assign):
                    self._learn(node)

    def _learn(self, node: ast.Assign) -> None:
        names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        query, columns = self._query(node.value), self._columns(node.value)
        for name in names:
            if columns and not isinstance(node.value, ast.Call):
                self.figures.setdefault(name, set()).update(columns)
            elif query:
                self.rows[name] = query

    def _query(self, value: ast.AST) -> str:
        for node in ast.walk(value):
            if isinstance(node, ast.Call) and _called(node) == "fetch" and node.args:
                return _text(node.args[0]) if _text(node.args[0]) in self.queries else ""
        return next((self.rows[n.id] for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in self.rows), "")

    def _columns(self, value: ast.AST) -> set[Column]:
        found: set[Column] = set()
        for node in ast.walk(value):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and _text(node.slice):
                column = _text(node.slice)
                if query := self.rows.get(node.value.id) or self._given(node.value.id, column):
                    found.add((query, column))
            elif isinstance(node, ast.Name):
                found |= self.figures.get(node.id, set())
        return found

    def _given(self, variable: str, column: str) -> str:
        """For a row that a function was given: the page's only query that has all the columns asked of it."""
        asked = {
            column,
            *(_text(n.slice) for n in self.subscripts if isinstance(n.value, ast.Name) and n.value.id == variable),
        }
        page = next(iter(self.queries), "").partition("/")[0]
        own = [name for name, columns in self.queries.items() if name.startswith(f"{page}/") and asked <= set(columns)]
        return own[0] if len(own) == 1 else ""

    def kpis(self) -> Iterator[dict[str, Any]]:
        """The KPI cards by label, also those that a function of the module makes from a label it is given."""
        makers: dict[str, tuple[int, set[Column]]] = {}
        for function in (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)):
            arguments = [argument.arg for argument in function.args.args]
            for label, value in _kpis(function):
                if isinstance(label, ast.Name) and label.id in arguments:
                    makers[function.name] = (arguments.index(label.id), self._columns(value))
        for label, value in _kpis(self.tree):
            if _text(label):
                yield _kpi(label, self._columns(value))
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _called(node) in makers:
                place, columns = makers[_called(node)]
                if place < len(node.args) and _text(node.args[place]):
                    yield _kpi(node.args[place], columns)


def _kpis(tree: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """The label and the value of every KPI card that is made."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "Kpi" and len(node.args) > 1:
            yield node.args[0], node.args[1]


def _kpi(label: ast.expr, columns: set[Column]) -> dict[str, Any]:
    return {"label": _text(label), "columns": sorted(f"query.{query}.{name}" for query, name in columns)}
