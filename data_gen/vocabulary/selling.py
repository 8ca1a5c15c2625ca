"""How deals run: stages, lead sources, reasons for losing, and fraud types with their detectors."""

from collections.abc import Mapping
from dataclasses import dataclass

OPEN_STAGES = ("Lead", "MQL", "SQL", "Discovery", "Proposal", "Negotiation")
DWELL_DAYS = (19, 25, 31, 38, 34, 27)  # median days in each open stage of a deal that goes on

LEAD_SOURCES: Mapping[str, tuple[float, float]] = {  # share of the leads, effect on the log-odds of winning
    "Inbound Web": (20, 0.10),
    "Outbound SDR": (18, -0.35),
    "Partner Referral": (11, 0.45),
    "Product-Led": (10, 0.25),
    "Content Download": (14, -0.45),
    "Event/Conference": (9, -0.05),
    "Paid Campaign": (10, -0.40),
    "Existing Customer": (8, 0.75),
}
LOSS_REASONS: Mapping[str, float] = {
    "Price": 28, "Feature Gap": 16, "No Decision": 26, "Timing": 17, "Competition": 13,
}  # fmt: skip
ABANDONED_IN: Mapping[str, float] = {  # the stage in which lost deals end
    "Lead": 150, "MQL": 128, "SQL": 104, "Discovery": 92, "Proposal": 70, "Negotiation": 46,
}  # fmt: skip


@dataclass(frozen=True)
class FraudType:
    """One kind of fraud: planted cases and their orders, alerts raised, and how those are found."""

    cases: int
    orders_per_case: int
    alerts: int
    method: str


RULE, PATTERN, MODEL, REVIEW, ASSISTED = (
    "Rule-Based", "Pattern Match", "ML Anomaly Model", "Manual Review", "AI-assisted review",
)  # fmt: skip
FRAUD_TYPES: Mapping[str, FraudType] = {
    "Duplicate Invoice": FraudType(9, 2, 42, PATTERN),
    "Velocity Anomaly": FraudType(2, 4, 34, RULE),
    "Amount Spike": FraudType(8, 1, 48, MODEL),
    "Geo Mismatch": FraudType(8, 1, 44, RULE),
    "After-Hours Access": FraudType(8, 1, 46, RULE),
    "Phantom Vendor": FraudType(7, 1, 30, PATTERN),
    "Identity Mismatch": FraudType(7, 1, 38, PATTERN),
    "Round Amount": FraudType(7, 1, 36, RULE),
    "Sequential IDs": FraudType(2, 3, 26, PATTERN),
    "Split Transaction": FraudType(3, 3, 32, PATTERN),
    "PO Mismatch": FraudType(7, 1, 36, RULE),
    "Unusual Pattern": FraudType(6, 1, 38, MODEL),
}
SEVERITIES: Mapping[str, tuple[int, float, float]] = {  # alerts, mean risk score, its spread
    "Critical": (45, 90.0, 3.5),
    "High": (105, 70.0, 5.0),
    "Medium": (165, 45.0, 6.0),
    "Low": (135, 20.0, 6.0),
}
