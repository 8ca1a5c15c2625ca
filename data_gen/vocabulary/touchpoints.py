"""Interactions in words: channels, types, subjects and what was said, by sentiment."""

from collections.abc import Mapping

SENTIMENTS = ("Positive", "Neutral", "Negative")

# Share of each channel by segment: the large are visited and called, the small write and click.
CHANNELS: Mapping[str, Mapping[str, float]] = {
    "Enterprise": {"Phone": 26, "Email": 22, "Meeting": 24, "Video Call": 16, "Chat": 4, "Web Portal": 8},
    "Mid-Market": {"Phone": 25, "Email": 29, "Meeting": 12, "Video Call": 14, "Chat": 9, "Web Portal": 11},
    "SMB": {"Phone": 20, "Email": 34, "Meeting": 4, "Video Call": 8, "Chat": 19, "Web Portal": 15},
    "Startup": {"Phone": 9, "Email": 30, "Meeting": 2, "Video Call": 10, "Chat": 31, "Web Portal": 18},
}

# Types with their share, whether a case is resolved (hours, median) and how the mood leans.
TYPES: Mapping[str, tuple[float, float, float]] = {
    "Support Ticket": (30, 9.0, 0.35),
    "Billing Question": (11, 14.0, 0.15),
    "Delivery Problem": (0, 30.0, 1.60),  # planted after late deliveries
    "Product Question": (18, 4.0, -0.25),
    "Account Review": (14, 0.0, -0.35),
    "Renewal Talk": (9, 0.0, 0.05),
    "Training Request": (8, 24.0, -0.45),
    "Feedback Survey": (10, 0.0, -0.20),
    "Onboarding": (0, 0.0, -0.90),  # planted after the contract was signed
}

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "Support Ticket": ("Login fails after update", "Export stops at 10,000 rows", "Slow dashboard", "API returns 502"),
    "Billing Question": ("Invoice total unclear", "Change of billing address", "Credit note", "VAT id on the invoice"),
    "Delivery Problem": ("Delivery is late", "Partial delivery", "Shipment has not arrived"),
    "Product Question": ("Licence for a second site", "Difference between editions", "Roadmap", "Data residency"),
    "Account Review": ("Quarterly business review", "Usage review", "Success plan"),
    "Renewal Talk": ("Renewal of the subscription", "Terms of the next contract year"),
    "Training Request": ("Administrator course", "Training for new colleagues", "Certification dates"),
    "Feedback Survey": ("Satisfaction survey", "Survey after a closed case"),
    "Onboarding": ("Welcome call", "Kick-off and first log-in"),
}

REMARKS: Mapping[str, tuple[str, ...]] = {
    "Positive": (
        "Quick answer, problem solved in one go.",
        "Team is happy with the result and wants to extend.",
        "Praised the patience of the colleague.",
        "Works as promised; would recommend it.",
    ),
    "Neutral": (
        "Asked for details and will come back.",
        "Information sent, no further action.",
        "Noted, next contact as planned.",
        "Question answered.",
    ),
    "Negative": (
        "Third report of the same problem; asks for an escalation.",
        "Waited too long for an answer.",
        "Considers other vendors if this goes on.",
        "Expected more for the price.",
    ),
}
