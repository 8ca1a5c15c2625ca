"""Every arrow between tables: what the models read, and what the match step reads and writes."""

from lakehouse import runner

# What the match step reads and writes: the one part of the pipeline that is no SELECT.
MATCHING = [
    *((read, "mdm.match_pair") for read in ("silver.customer", "mdm.steward_decision")),
    ("mdm.match_pair", "mdm.crosswalk"),
    ("mdm.steward_decision", "mdm.crosswalk"),
    ("mdm.crosswalk", "mdm.golden_customer"),
    ("silver.customer", "mdm.golden_customer"),
    ("silver.customer", "mdm.golden_attribute"),
    ("mdm.crosswalk", "mdm.golden_attribute"),
    ("mdm.crosswalk", "mdm.uid_redirect"),
    ("mdm.golden_customer", "mdm.golden_snapshot"),
    ("mdm.snapshot_day", "mdm.golden_snapshot"),
    ("mdm.steward_decision", "mdm.snapshot_day"),
    ("mdm.steward_decision", "mdm.customer_hierarchy"),
    ("mdm.crosswalk", "mdm.customer_hierarchy"),
    ("mdm.golden_snapshot", "mdm.uid_redirect"),
]


def every() -> list[tuple[str, str]]:
    """All arrows as (source, target), in order."""
    return sorted({*runner.lineage(), *MATCHING})
