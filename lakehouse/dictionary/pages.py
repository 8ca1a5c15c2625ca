"""What the pages show: the queries they fetch and the figures on their cards, read from their source code."""

import ast
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

Column = tuple[str, str]  # query, column


def pages(folder: Path, queries: Mapping[str, Collection[str]]) -> list[dict[str, Any]]:
    """Every page that has queries of its own: what it fetches, and its KPI cards and cards with their sources.

    `queries` gives each query's columns.
    """
    trees = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.py"))}
    own = {name.partition("/")[0] for name in queries}
    found = []
    for stem, tree in trees.items():
        if stem not in own:
            continue
        title, _, question = (ast.get_docstring(tree) or "").partition(": ")
        parts = [tree, *(trees[name] for name in _imported(tree, trees))]
        named = {node.value for part in parts for node in ast.walk(part) if _is_text(node) and node.value in queries}
        found.append(
            {
                "page": stem,
                "title": title,
                "question": question[:1].upper() + question[1:],
                "queries": sorted({name for name in queries if name.startswith(f"{stem}/")} | named),
                "kpis": [kpi for part in parts for kpi in _Module(part, _of(stem, queries)).kpis()],
                "cards": [card for part in parts for card in _cards(part, queries)],
            }
        )
    return found


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


def _is_text(node: ast.AST) -> Any:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def _cards(tree: ast.Module, queries: Collection[str]) -> Iterator[dict[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) == "card" and node.args and _is_text(node.args[0]):
            for keyword in node.keywords:
                if keyword.arg == "query" and _is_text(keyword.value) and ast.literal_eval(keyword.value) in queries:
                    yield {"title": ast.literal_eval(node.args[0]), "query": ast.literal_eval(keyword.value)}


class _Module:
    """One module's names: which query a variable's rows come from, and which columns a figure was made of."""

    def __init__(self, tree: ast.Module, queries: Mapping[str, Collection[str]]) -> None:
        self.tree, self.queries = tree, queries
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
            if _called(node) == "fetch" and isinstance(node, ast.Call) and node.args and _is_text(node.args[0]):
                name = ast.literal_eval(node.args[0])
                return name if name in self.queries else ""
        return next((self.rows[n.id] for n in ast.walk(value) if isinstance(n, ast.Name) and n.id in self.rows), "")

    def _columns(self, value: ast.AST) -> set[Column]:
        found: set[Column] = set()
        for node in ast.walk(value):
            if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and _is_text(node.slice):
                column = ast.literal_eval(node.slice)
                if query := self.rows.get(node.value.id) or self._only(column):
                    found.add((query, column))
            elif isinstance(node, ast.Name):
                found |= self.figures.get(node.id, set())
        return found

    def _only(self, column: str) -> str:
        """The page's own query that has such a column, for a row that a function was given; none where two have it."""
        page = next(iter(self.queries), "").partition("/")[0]
        own = [name for name, columns in self.queries.items() if name.startswith(f"{page}/") and column in columns]
        return own[0] if len(own) == 1 else ""

    def kpis(self) -> Iterator[dict[str, Any]]:
        """The KPI cards by label, also those that a function of the module makes from a label it is given."""
        makers: dict[str, tuple[int, set[Column]]] = {}
        for function in (node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef)):
            arguments = [argument.arg for argument in function.args.args]
            for node in ast.walk(function):
                if _is_kpi(node) and getattr(node.args[0], "id", None) in arguments:
                    makers[function.name] = (arguments.index(node.args[0].id), self._columns(node.args[1]))
        for node in ast.walk(self.tree):
            if _is_kpi(node) and _is_text(node.args[0]):
                yield _kpi(node.args[0], self._columns(node.args[1]))
            elif isinstance(node, ast.Call) and _called(node) in makers:
                place, columns = makers[_called(node)]
                if place < len(node.args) and _is_text(node.args[place]):
                    yield _kpi(node.args[place], columns)


def _is_kpi(node: ast.AST) -> Any:
    return isinstance(node, ast.Call) and _called(node) == "Kpi" and len(node.args) > 1


def _kpi(label: ast.expr, columns: set[Column]) -> dict[str, Any]:
    return {"label": ast.literal_eval(label), "columns": sorted(f"query.{query}.{name}" for query, name in columns)}
