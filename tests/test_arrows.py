"""What import-linter cannot hold: the entry file is a module, not a package, and draws through ui alone."""

import ast
from pathlib import Path

OURS = {"agents", "data_gen", "lakehouse", "pages", "queries", "ui"}


def test_the_entry_file_imports_only_ui():
    tree = ast.parse((Path(__file__).parents[1] / "streamlit_app.py").read_text())
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])
    assert imported & OURS == {"ui"}
    assert not imported & {"duckdb", "deltalake", "plotly", "anthropic"}
