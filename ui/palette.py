"""Colours by what they mean. Text on white uses INK, MUTED or a *_TEXT colour, never the bright ones."""

from collections.abc import Mapping

ORANGE = "#FF9900"
PURPLE = "#8B5CF6"
CYAN = "#06B6D4"
GREEN = "#10B981"
RED = "#EF4444"
GOLD = "#F59E0B"
BLUE = "#3B82F6"
NAVY = "#232F3E"
SLATE = "#8794A6"
SILVER = "#CBD3DD"

INK = "#16191F"
MUTED = "#5A6676"
GREEN_TEXT = "#067647"
RED_TEXT = "#B42318"
GOLD_TEXT = "#7A4600"
TINT = "#F5F6F8"
BORDER = "#E3E6EB"
GRID = "#EDEFF2"
WHITE = "#FFFFFF"

# What a colour stands for; `tone` arguments take these names.
TONE: Mapping[str, str] = {
    "revenue": ORANGE,
    "data": PURPLE,
    "realtime": CYAN,
    "good": GREEN,
    "alert": RED,
    "warning": GOLD,
    "general": BLUE,
    "ink": NAVY,
    "neutral": SILVER,
    "muted": SLATE,
}

# The same colours, light enough to stand behind one that is highlighted.
PALE: Mapping[str, str] = {
    "revenue": "#FFD699",
    "data": "#D3C5FB",
    "realtime": "#A5E3EE",
    "good": "#A7E5CF",
    "alert": "#FAB9B9",
    "warning": "#FBD89D",
    "general": "#BAD3FC",
    "ink": "#B4BCC8",
    "neutral": "#E7EBF0",
    "muted": "#D3D9E1",
}

# From almost white to the full colour: heat maps and maps.
SCALE: Mapping[str, tuple[str, ...]] = {
    "revenue": ("#FFF6E8", "#FFD699", "#FF9900", "#B86E00"),
    "data": ("#F4F0FE", "#D3C5FB", "#8B5CF6", "#5B2FC9"),
    "realtime": ("#EAF8FB", "#A5E3EE", "#06B6D4", "#04748A"),
    "good": ("#E9F8F3", "#A7E5CF", "#10B981", "#08704E"),
    "alert": ("#FEF0F0", "#FAB9B9", "#EF4444", "#A51616"),
    "general": ("#EEF4FE", "#BAD3FC", "#3B82F6", "#1A4FB0"),
}

STEEL = "#52637A"  # as calm as navy, but seen on the dark hover label too
SERIES = (ORANGE, STEEL, PURPLE, CYAN, GREEN, BLUE, "#FFD699", SLATE, RED, "#D3C5FB", GOLD, "#A5E3EE")

# Values of the data that have a colour of their own, wherever they appear.
OF_VALUE: Mapping[str, str] = {
    # segment
    "Enterprise": NAVY,
    "Mid-Market": ORANGE,
    "SMB": "#FFD699",
    "Startup": SLATE,
    # status and lifecycle stage
    "Active": GREEN,
    "New": BLUE,
    "Champion": "#08704E",
    "Loyal": GREEN,
    "Growing": "#6FD3B0",
    "Activated": BLUE,
    "At-Risk": GOLD,
    "Dormant": "#F08A5D",
    "Churned": RED,
    # sentiment
    "Positive": GREEN,
    "Neutral": SILVER,
    "Negative": RED,
    # match tier, steward status
    "AUTO_MERGE": GREEN,
    "REVIEW": GOLD,
    "NO_MATCH": SILVER,
    "Auto-approved": GREEN,
    "Approved": GREEN,
    "Pending": GOLD,
    "Rejected": RED,
    # severity, risk tier, alert status
    "Critical": "#B91C1C",
    "High": RED,
    "Medium": GOLD,
    "Low": SILVER,
    "Open": RED,
    "Investigating": GOLD,
    "Confirmed Fraud": "#B91C1C",
    "False Positive": SILVER,
    "Resolved": GREEN,
    # deal stage
    "Lead": NAVY,
    "MQL": "#3F4E63",
    "SQL": "#5C4AA8",
    "Discovery": PURPLE,
    "Proposal": "#B39AF9",
    "Negotiation": ORANGE,
    "Won": GREEN,
    "Lost": RED,
    # source
    "SAP": BLUE,
    "Salesforce": CYAN,
    "Oracle": RED,
    "E-Commerce": ORANGE,
    # device
    "Desktop": NAVY,
    "Mobile": ORANGE,
    "Tablet": SLATE,
    # outcome of a session
    "Converted": GREEN,
    "Left": SILVER,
    # bridge
    "passed": GREEN,
    "failed": RED,
}


def tone(name: str) -> str:
    """The colour of a tone, or of a value that has its own."""
    found = TONE.get(name) or OF_VALUE.get(name)
    if found is None:
        raise ValueError(f"No tone {name!r}; available: {', '.join(TONE)}, and values such as 'Churned' or 'REVIEW'")
    return found


def pale(name: str) -> str:
    return PALE.get(name, "#E7EBF0")


def light_scale(name: str) -> tuple[str, ...]:
    """A tone's scale that stops where ink on it is still easy to read."""
    full = SCALE.get(name, SCALE["data"])
    return full[0], full[1], _mixed(full[1], full[2])


def _mixed(one: str, other: str) -> str:
    parts = zip(_rgb(one), _rgb(other), strict=True)
    return "#" + "".join(f"{(a + b) // 2:02X}" for a, b in parts)


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def colours(names: list[str], tones: Mapping[str, str]) -> list[str]:
    """One colour a series: the tone asked for, the value's own, else the next of the house order."""
    spare = iter(SERIES * 4)
    taken = {tone(tones[name]) for name in names if name in tones} | {
        OF_VALUE[name] for name in names if name in OF_VALUE
    }

    def of(name: str) -> str:
        if name in tones:
            return tone(tones[name])
        if name in OF_VALUE:
            return OF_VALUE[name]
        return next((colour for colour in spare if colour not in taken), SLATE)

    return [of(name) for name in names]


def on(backgrounds: list[str]) -> list[str]:
    """Ink or white, whichever reads better on each background."""
    return [INK if _luminance(colour) > 0.30 else WHITE for colour in backgrounds]


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""

    def linear(part: float) -> float:
        return part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(part / 255) for part in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
