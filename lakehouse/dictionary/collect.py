"""The dictionary's content, from the models' headers, the YAML files, the suites, the queries and the pages."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lakehouse import catalog, runner, schemas
from lakehouse.dictionary import lineage
from lakehouse.dictionary.pages import pages
from lakehouse.quality import suite

READS = re.compile(r"\b(?:from|join)\s+((?:bronze|silver|mdm|gold)\.\w+)", re.IGNORECASE)
ROOT = Path(__file__).resolve().parents[2]
PII = {
    "name": "names a company or a person",
    "contact": "reaches one: e-mail, telephone, web address",
    "address": "says where one is",
    "tax id": "identifies one to an authority",
    "key": "a pseudonym: leads to one through another table",
    "free text": "people wrote it, and it may hold any of these",
}


def collect(root: Path = ROOT) -> dict[str, Any]:
    """All tables, queries and pages, in a fixed order."""
    described = _described()
    columns = lineage.Columns(_declared())
    made = {**lineage.of_models(columns), **lineage.of_matching()}
    asked = {_query_name(path, root): path for path in sorted((root / "queries").rglob("*.sql"))}
    queries = [_query(name, path.read_text(encoding="utf-8"), columns) for name, path in asked.items()]
    shown = {query["query"]: [column["column"] for column in query["columns"]] for query in queries}
    return {
        "tables": [_table(name, types, described, made) for name, types in _declared().items()],
        "queries": queries,
        "pages": pages(root, shown),
    }


def missing(content: Mapping[str, Any]) -> list[str]:
    """What lacks a description or names an unknown class of personal data, each with what to do."""
    found = []
    for table in content["tables"]:
        where = f"lakehouse/models/{'gold' if table['layer'] in ('gold', 'mdm') else 'silver'}"
        file = f"{where}/{'schema' if table['is_model'] else 'sources'}.yml"
        if not table["description"]:
            found.append(f"{table['table']} has no description; add it to {file}")
        for column in table["columns"]:
            name = f"{table['table']}.{column['column']}"
            if not column["description"]:
                found.append(f"{name} has no description; add it to {file}")
            if column["pii"] and column["pii"] not in PII:
                found.append(f"{name} has the PII class {column['pii']!r}; known are: {', '.join(PII)}")
    for query in content["queries"]:
        if not query["description"] or not query["columns"]:
            found.append(f"queries/{query['query']}.sql needs a sentence and 'columns:' at its top")
    found += [
        f"{page['page']} needs a question in ui/navigation.py" for page in content["pages"] if not page["question"]
    ]
    return found


def _declared() -> dict[str, Mapping[str, str]]:
    """The columns of every table with their types, layer by layer."""
    models = {m.full_name: dict(m.columns) for layer in runner.LAYERS for m in runner.load(layer)}
    tables: dict[str, Mapping[str, str]] = {
        **schemas.BRONZE,
        **models,
        "silver.quarantine": schemas.columns(schemas.QUARANTINE),
        **schemas.MDM,
        **schemas.BESIDE_RELEASES,
    }
    return dict(sorted(tables.items(), key=lambda item: (catalog.LAYERS.index(item[0].partition(".")[0]), item[0])))


def _described() -> dict[str, Mapping[str, Any]]:
    """Descriptions of models and sources by layer.table."""
    import yaml

    found: dict[str, Mapping[str, Any]] = {}
    for layer in runner.LAYERS:
        models = yaml.safe_load((runner.FOLDER / layer / "schema.yml").read_text(encoding="utf-8"))["models"]
        found |= {f"{layer}.{model['name']}": model for model in models}
        for source in yaml.safe_load((runner.FOLDER / layer / "sources.yml").read_text(encoding="utf-8"))["sources"]:
            found |= {f"{source['schema']}.{table['name']}": table for table in source["tables"]}
    return found


def _table(
    name: str, types: Mapping[str, str], described: Mapping[str, Mapping[str, Any]], made: Mapping[str, lineage.Sources]
) -> dict[str, Any]:
    entry = described.get(name, {})
    told = {column["name"]: column for column in entry.get("columns", ())}
    model = next((m for layer in runner.LAYERS for m in runner.load(layer) if m.full_name == name), None)
    rules = list(_rules(name))
    sources = made.get(name, {})
    return {
        "table": name,
        "layer": name.partition(".")[0],
        "is_model": model is not None,
        "description": entry.get("description", "").partition(" Grain:")[0],
        "grain": list(model.grain) if model else [],
        "retention_days": catalog.table(name).retention_days,
        "reads": list(model.reads)
        if model
        else sorted({s.rpartition(".")[0] for many in sources.values() for s in many}),
        "rules": [rule.id for rule in rules if not rule.columns],
        "columns": [
            {
                "column": column,
                "type": type_,
                "description": told.get(column, {}).get("description", ""),
                "pii": told.get(column, {}).get("config", {}).get("meta", {}).get("pii", ""),
                "rules": [rule.id for rule in rules if column in rule.columns],
                "sources": sources.get(column, []),
            }
            for column, type_ in types.items()
        ],
    }


def _rules(table: str) -> Iterator[suite.Rule]:
    """The rules that guard a table, at any gate; a rule on a derived column guards the table as a whole."""
    for gate in suite.GATES:
        for found in suite.load(gate):
            if found.table == table:
                yield from found.rules


def _query_name(path: Path, root: Path) -> str:
    return path.relative_to(root / "queries").with_suffix("").as_posix()


def _query(name: str, text: str, columns: lineage.Columns) -> dict[str, Any]:
    """A query keeps the same header as a model."""
    header = runner.parse("query", name, text)
    sources = columns.sources(name, text, [column for column, _ in header.columns])
    return {
        "query": name,
        "description": header.description,
        "grain": list(header.grain),
        "reads": sorted({found.lower() for found in READS.findall(re.sub(r"--.*", "", text))}),
        "columns": [{"column": c, "type": type_, "sources": sources[c]} for c, type_ in header.columns],
    }
