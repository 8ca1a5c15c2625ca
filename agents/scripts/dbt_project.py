"""The files of a dbt project that are no models."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

PROJECT = """# A star schema over the silver and mdm tables of the lakehouse.
name: generated_star_schema
version: "1.0.0"
config-version: 2
profile: generated_star_schema

model-paths: [models]
macro-paths: [macros]

models:
  +materialized: table
  generated_star_schema:
    gold:
      +schema: gold
"""
PROFILES = """generated_star_schema:
  target: local
  outputs:
    local:
      type: duckdb
      path: "{{ env_var('DBT_DUCKDB_PATH', 'lakehouse.duckdb') }}"
      threads: 1
"""
SCHEMA_NAME = """{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name or target.schema }}
{%- endmacro %}
"""


def schema_yml(tests: Mapping[str, Mapping[str, Sequence[Any]]]) -> str:
    """The models' columns with their tests; JSON in flow style is YAML."""
    lines = ["version: 2", "", "models:"]
    for model, columns in sorted(tests.items()):
        lines += [f"  - name: {model}", "    columns:"]
        for column, wanted in columns.items():
            lines.append(f"      - name: {column}")
            if wanted:
                lines.append(f"        data_tests: {json.dumps(list(wanted))}")
    return "\n".join(lines) + "\n"


def sources_yml(tables: Sequence[str]) -> str:
    """The tables that the models read, by layer."""
    lines = ["version: 2", "", "sources:"]
    for layer in sorted({table.partition(".")[0] for table in tables}):
        lines += [f"  - name: {layer}", f"    schema: {layer}", "    tables:"]
        lines += [f"      - name: {t.partition('.')[2]}" for t in sorted(set(tables)) if t.startswith(f"{layer}.")]
    return "\n".join(lines) + "\n"
