"""The seven tools that every agent has."""

from agents.tools import (
    create_glue_job,
    delta_lake_operation,
    profile_data_source,
    query_database,
    run_tests,
    salesforce_query,
    write_pipeline_code,
)
from agents.tools.tool import Access, Tool
from agents.tools.workbench import Workbench

__all__ = ["Access", "Tool", "Workbench", "registry"]

TOOLS = (
    query_database,
    profile_data_source,
    write_pipeline_code,
    run_tests,
    salesforce_query,
    create_glue_job,
    delta_lake_operation,
)


def registry(bench: Workbench) -> list[Tool]:
    """The tools over one workbench, always in this order, so that a model's cache of them holds."""
    return [module.tool(bench) for module in TOOLS]
