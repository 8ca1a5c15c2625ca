"""The catalogue as SAP keeps it, and what the order book needs to know of it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from data_gen.plan import day_number
from data_gen.randomness import Bools, Floats, Ints, stream
from data_gen.vocabulary.catalogue import CATEGORIES, SUBCATEGORIES, WITHDRAWN

COST_SPREAD = 0.05
WITHDRAWN_ON = day_number(date(2025, 7, 1))
# What each segment buys: weights of Basic, Pro, Enterprise, Ultimate.
FIT = ((0.5, 1.2, 3.0, 2.6), (0.9, 2.4, 2.0, 0.5), (2.0, 2.2, 0.6, 0.05), (3.0, 1.2, 0.15, 0.0))


@dataclass(frozen=True)
class Products:
    """One value per product in every array."""

    ids: list[str]
    price: Floats  # list price, USD
    cost: Floats
    category: Ints
    withdrawn: Bools
    weights: Floats  # by segment: cumulative, ending at 1


def simulate(seed: int) -> Products:
    rng = stream(seed, "sap_mara")
    rows = [(c, *row) for c, category in enumerate(CATEGORIES.values()) for row in category.products]
    share = np.array([list(CATEGORIES.values())[c].cost_share for c, *_ in rows])
    price = np.array([price for *_, price in rows])
    demand = np.array([list(CATEGORIES.values())[c].demand for c, *_ in rows]) * rng.lognormal(0, 0.35, len(rows))
    fit = np.array([[FIT[s][SUBCATEGORIES.index(sub)] for _, _, sub, _ in rows] for s in range(4)])
    weights = np.cumsum(demand * fit, axis=1)
    return Products(
        ids=[f"M-{1000 + 10 * c + i % 10}" for i, (c, *_) in enumerate(rows)],
        price=price,
        cost=np.round(price * (share + COST_SPREAD * (2 * rng.random(len(rows)) - 1)), 2),
        category=np.array([c for c, *_ in rows]),
        withdrawn=np.array([name in WITHDRAWN for _, name, _, _ in rows]),
        weights=weights / weights[:, -1:],
    )


def sap_mara(products: Products) -> pl.DataFrame:
    rows = [(category, *row) for category in CATEGORIES.values() for row in category.products]
    launched = [date(2015 + i % 8, 1 + (7 * i) % 12, 1).strftime("%Y%m%d") for i in range(len(rows))]
    return pl.DataFrame(
        {
            "MATNR": products.ids,
            "MAKTX": [name for _, name, _, _ in rows],
            "MATKL": [category.code for category, *_ in rows],
            "PRDHA": [subcategory for _, _, subcategory, _ in rows],
            "MTART": [category.material_type for category, *_ in rows],
            "NETPR": [f"{price:.2f}" for price in products.price],
            "STPRS": [f"{cost:.2f}" for cost in products.cost],
            "LVORM": ["X" if gone else "" for gone in products.withdrawn],
            "ERSDA": launched,
        }
    )
