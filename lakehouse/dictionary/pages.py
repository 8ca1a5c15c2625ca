"""What the pages show: the queries they fetch and the figures on their cards, read from their source code."""

import ast
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

Column = tuple[str, str]  # query, column


def pages(folder: Path, queries: Collection[str]) -> list[dict[str, Any]]:
    """Every page that opens with a question: its queries, its KPI cards and its cards, with their sources."""
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
                "kpis": [kpi for part in parts for kpi in _Module(part, queries).kpis()],
                "cards": [card for part in parts for card in _cards(part, queries)],
            }
        )
    return found


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

    def __init__(self, tree: ast.Module, queries: Collection[str]) -> None:
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
            if columns:
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
                if node.value.id in self.rows:
                    found.add((self.rows[node.value.id], ast.literal_eval(node.slice)))
            elif isinstance(node, ast.Name):
                found |= self.figures.get(node.id, set())
        return found

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
