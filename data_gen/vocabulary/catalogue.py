"""The eighty products: eight categories of ten, each product of one of four subcategories."""

from collections.abc import Mapping
from dataclasses import dataclass

SUBCATEGORIES = ("Basic", "Pro", "Enterprise", "Ultimate")


@dataclass(frozen=True)
class Category:
    """A line of business: SAP's material group and type, what a unit costs to make, and how much it sells."""

    code: str
    material_type: str  # SUBS recurring, HAWA goods, DIEN services
    cost_share: float  # of the list price
    demand: float
    products: tuple[tuple[str, str, float], ...]  # name, subcategory, list price in USD


def _category(code: str, material_type: str, cost_share: float, demand: float, text: str) -> Category:
    rows = (tuple(part.strip() for part in line.split("|")) for line in text.strip().splitlines())
    return Category(code, material_type, cost_share, demand, tuple((n, s, float(p)) for n, s, p in rows))


CATEGORIES: Mapping[str, Category] = {
    "Software License": _category("C01", "SUBS", 0.28, 1.5, """
        Ledger Core | Basic | 290
        Ledger Team | Pro | 640
        Procure Desk | Basic | 340
        Procure Suite | Pro | 980
        Workforce Planner | Pro | 1150
        Order Orchestrator | Enterprise | 4200
        Contract Vault | Pro | 860
        Ledger Consolidation | Enterprise | 5900
        Global Close Suite | Ultimate | 14800
        Process Studio Unlimited | Ultimate | 18500"""),
    "Cloud Platform": _category("C02", "SUBS", 0.38, 1.6, """
        Runtime Starter | Basic | 420
        Runtime Plus | Pro | 1450
        Object Store 10 TB | Basic | 780
        Managed Database M | Pro | 1950
        Managed Database XL | Enterprise | 6400
        Integration Hub | Pro | 2300
        Event Streaming Cluster | Enterprise | 7200
        Private Region | Ultimate | 38500
        Disaster Recovery Zone | Enterprise | 11900
        Sovereign Cloud | Ultimate | 52000"""),
    "Analytics": _category("C03", "SUBS", 0.32, 1.2, """
        Insight Reader | Basic | 180
        Insight Author | Pro | 620
        Forecast Workbench | Pro | 1380
        Embedded Dashboards | Pro | 2250
        Data Catalogue | Enterprise | 4900
        Semantic Layer | Enterprise | 6100
        Customer Signals | Pro | 1780
        Planning Cockpit | Enterprise | 7800
        Lakehouse Accelerator | Ultimate | 21500
        Decision Intelligence | Ultimate | 29800"""),
    "Security": _category("C04", "SUBS", 0.34, 1.1, """
        Sign-In Guard | Basic | 95
        Endpoint Shield | Basic | 140
        Mail Shield | Basic | 110
        Access Governor | Pro | 880
        Secrets Vault | Pro | 1240
        Network Sentinel | Enterprise | 5300
        Threat Console | Enterprise | 6900
        Data Loss Watch | Pro | 1560
        Zero Trust Fabric | Ultimate | 24500
        Cyber Range | Ultimate | 17200"""),
    "Hardware": _category("C05", "HAWA", 0.58, 0.9, """
        Edge Node S1 | Basic | 890
        Edge Node S4 | Pro | 2650
        Rack Server R2 | Pro | 6800
        Rack Server R6 | Enterprise | 13900
        Storage Array A8 | Enterprise | 18600
        Storage Array A24 | Ultimate | 41500
        Branch Router B1 | Basic | 620
        Core Switch C9 | Enterprise | 9700
        Shop-Floor Terminal | Pro | 1480
        Quantum-Safe Gateway | Ultimate | 27400"""),
    "Support": _category("C06", "SUBS", 0.42, 1.0, """
        Office Hours Support | Basic | 240
        Extended Support | Pro | 960
        Round-the-Clock Support | Enterprise | 4600
        Named Engineer | Ultimate | 16500
        Upgrade Assurance | Pro | 1320
        Health Check | Basic | 480
        Proactive Monitoring | Enterprise | 5700
        Release Concierge | Enterprise | 3900
        Hardware Swap | Pro | 1100
        Mission Control | Ultimate | 23800"""),
    "Training": _category("C07", "DIEN", 0.45, 0.7, """
        Self-Paced Library | Basic | 120
        Getting Started Class | Basic | 350
        Administrator Course | Pro | 1450
        Developer Course | Pro | 1650
        Analyst Course | Pro | 1380
        Certification Exam | Basic | 260
        Team Workshop | Enterprise | 4800
        Train the Trainer | Enterprise | 5600
        Executive Briefing | Ultimate | 8900
        Academy Partnership | Ultimate | 19500"""),
    "Professional Services": _category("C08", "DIEN", 0.52, 0.9, """
        Consulting Hour | Basic | 185
        Quick Start Package | Basic | 2400
        Consulting Day | Pro | 1420
        Architect Day | Pro | 1890
        Migration Sprint | Enterprise | 12500
        Integration Sprint | Enterprise | 11200
        Data Quality Review | Pro | 4200
        Go-Live Support | Enterprise | 8600
        Transformation Programme | Ultimate | 46000
        Value Assessment | Ultimate | 15800"""),
}  # fmt: skip
WITHDRAWN = ("Quantum-Safe Gateway", "Mail Shield", "Release Concierge", "Academy Partnership")  # not sold any more
