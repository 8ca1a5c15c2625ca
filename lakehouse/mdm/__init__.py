"""Master data: from conformed source records to golden customers, every decision explained."""

from lakehouse.mdm.linkage import Fields, link

__all__ = ["Fields", "link"]
