"""The website: its eighteen pages, how visitors of each intent move over them, and the channels that bring them."""

from collections.abc import Mapping
from dataclasses import dataclass

PAGES = (
    "/", "/products", "/features", "/solutions", "/pricing", "/demo-request", "/free-trial", "/checkout",
    "/case-studies", "/integrations", "/blog", "/webinars", "/docs", "/support", "/login", "/about", "/careers",
    "/contact",
)  # fmt: skip
EVENT_TYPES = ("page_view", "button_click", "form_submit", "scroll", "file_download", "video_play")
CONVERSION_PAGES = ("/demo-request", "/free-trial", "/checkout")
FORM_SUBMIT_SHARE: Mapping[str, float] = {
    "/demo-request": 0.32, "/free-trial": 0.36, "/checkout": 0.55, "/contact": 0.38, "/webinars": 0.16,
}  # fmt: skip

# Where each intent lands, and by page where it goes next ('exit' ends the session). Checkout follows pricing or trial.
LANDING: Mapping[str, Mapping[str, float]] = {
    "buyer": {"/": 34, "/products": 18, "/pricing": 16, "/solutions": 12, "/features": 10, "/case-studies": 10},
    "researcher": {"/blog": 34, "/": 22, "/webinars": 10, "/case-studies": 10, "/solutions": 12, "/features": 12},
    "support": {"/login": 38, "/docs": 32, "/support": 24, "/": 6},
    "jobseeker": {"/careers": 58, "/about": 22, "/": 20},
}
MOVES: Mapping[str, Mapping[str, Mapping[str, float]]] = {
    "buyer": {
        "/": {"/products": 34, "/pricing": 20, "/features": 14, "/solutions": 12, "exit": 20},
        "/products": {"/features": 22, "/pricing": 34, "/integrations": 10, "/case-studies": 8, "exit": 26},
        "/features": {"/pricing": 34, "/products": 16, "/demo-request": 12, "/integrations": 10, "exit": 28},
        "/solutions": {"/case-studies": 24, "/products": 24, "/pricing": 20, "/demo-request": 8, "exit": 24},
        "/pricing": {
            "/free-trial": 18, "/demo-request": 17, "/checkout": 13, "/features": 14, "/contact": 4, "exit": 34,
        },
        "/demo-request": {"/case-studies": 14, "/pricing": 12, "/": 6, "exit": 68},
        "/free-trial": {"/checkout": 24, "/docs": 14, "/pricing": 14, "exit": 48},
        "/checkout": {"/login": 22, "/docs": 8, "exit": 70},
        "/case-studies": {"/pricing": 26, "/demo-request": 16, "/products": 18, "exit": 40},
        "/integrations": {"/pricing": 26, "/docs": 18, "/features": 16, "exit": 40},
        "/docs": {"/pricing": 12, "/free-trial": 10, "/integrations": 12, "exit": 66},
        "/contact": {"exit": 84, "/": 16},
        "/login": {"/docs": 20, "exit": 80},
    },
    "researcher": {
        "/": {"/blog": 22, "/solutions": 20, "/case-studies": 14, "/about": 8, "exit": 36},
        "/blog": {"/blog": 26, "/case-studies": 10, "/webinars": 9, "/products": 7, "/": 6, "exit": 42},
        "/webinars": {"/blog": 16, "/products": 12, "exit": 72},
        "/case-studies": {"/solutions": 18, "/blog": 14, "/pricing": 7, "/webinars": 7, "exit": 54},
        "/solutions": {"/features": 20, "/case-studies": 18, "/integrations": 8, "exit": 54},
        "/features": {"/integrations": 18, "/docs": 12, "/pricing": 10, "exit": 60},
        "/integrations": {"/docs": 24, "/features": 10, "exit": 66},
        "/docs": {"/docs": 22, "/integrations": 10, "exit": 68},
        "/products": {"/features": 24, "/pricing": 12, "exit": 64},
        "/pricing": {"/features": 16, "/demo-request": 5, "exit": 79},
        "/demo-request": {"exit": 100},
        "/about": {"/blog": 14, "exit": 86},
    },
    "support": {
        "/": {"/login": 44, "/support": 26, "/docs": 18, "exit": 12},
        "/login": {"/docs": 30, "/support": 26, "exit": 44},
        "/docs": {"/docs": 36, "/support": 20, "/integrations": 6, "exit": 38},
        "/support": {"/docs": 26, "/contact": 16, "/login": 10, "exit": 48},
        "/integrations": {"/docs": 40, "exit": 60},
        "/contact": {"exit": 90, "/support": 10},
    },
    "jobseeker": {
        "/": {"/careers": 48, "/about": 26, "exit": 26},
        "/careers": {"/careers": 24, "/about": 22, "/contact": 5, "exit": 49},
        "/about": {"/careers": 36, "/blog": 8, "exit": 56},
        "/contact": {"exit": 100},
        "/blog": {"/careers": 14, "exit": 86},
    },
}  # fmt: skip


@dataclass(frozen=True)
class Channel:
    """A referrer: its weight among known and anonymous visitors, and which intents it brings."""

    known: float
    anonymous: float
    intents: Mapping[str, float]
    campaigns: tuple[str, ...] = ()  # none: unpaid, no UTM parameters


def _intents(buyer: float, researcher: float, support: float, jobseeker: float) -> Mapping[str, float]:
    return {"buyer": buyer, "researcher": researcher, "support": support, "jobseeker": jobseeker}


PAID = ("spring_launch", "q4_push", "retarget_q1", "brand_awareness")
CHANNELS: Mapping[str, Channel] = {
    "Google Search": Channel(22, 34, _intents(26, 48, 14, 12)),
    "Bing": Channel(4, 7, _intents(26, 48, 14, 12)),
    "Direct": Channel(34, 14, _intents(24, 14, 54, 8)),
    "LinkedIn": Channel(5, 9, _intents(18, 50, 4, 28)),
    "Paid LinkedIn": Channel(6, 8, _intents(46, 46, 2, 6), PAID),
    "Google Ads": Channel(7, 12, _intents(62, 34, 2, 2), PAID),
    "Organic Social": Channel(3, 7, _intents(12, 64, 4, 20)),
    "Email Campaign": Channel(12, 2, _intents(46, 42, 12, 0), ("spring_launch", "q4_push", "product_update")),
    "Partner Site": Channel(5, 4, _intents(56, 36, 8, 0), ("partner_webinar",)),
    "Review Site": Channel(2, 3, _intents(70, 26, 2, 2)),
}
CAMPAIGN_MONTHS: Mapping[str, tuple[int, ...]] = {  # outside their months the last named of a channel runs
    "spring_launch": (3, 4, 5), "q4_push": (10, 11, 12), "retarget_q1": (1, 2),
}  # fmt: skip

DEVICES: Mapping[str, float] = {"Desktop": 68, "Mobile": 26, "Tablet": 6}
