"""The fraud monitor's alerts: the most suspicious orders of each type, scored, worked through and judged."""

import numpy as np
import polars as pl

from data_gen import clock
from data_gen.fraud_signals import suspicions
from data_gen.identities import Identity
from data_gen.plan import DAYS, Plan
from data_gen.population import Population
from data_gen.products import Products
from data_gen.randomness import Bools, Floats, Ints, Rng, choose, pick, quota, ranked_labels, stream
from data_gen.records import Records
from data_gen.vocabulary.selling import ASSISTED, FRAUD_TYPES, REVIEW, SEVERITIES

DETECTOR_NOISE = 0.55
TRUTH_LEAK = 0.9  # what the monitor senses beyond the sign that raised the alert
AMOUNT_WEIGHT = 0.35
BY_HAND = {REVIEW: 0.13, ASSISTED: 0.12}  # shares of the alerts found otherwise
SLA_HOURS = np.array([4.0, 24.0, 72.0, 168.0])  # by severity
USUAL_SHARE, USUAL_SPREAD = np.array([0.58, 0.66, 0.66, 0.66]), 0.70  # of the time allowed until an alert is closed
WAITING_SHARE, WAITING_DAYS, LONGEST_WAIT = 0.08, 5.0, 25.0  # set aside, and for how long on average and at most
BACKLOG, OLDEST_DAYS = 34, 80.0  # alerts that nobody has closed yet; the oldest of them
FORGETTING_DAYS = np.array([7.0, 11.0, 16.0, 20.0])  # by severity: how fast the chance of being open still fades
CONFIRMED_IF_TRUE, RESOLVED_IF_FALSE, WRONGLY_CONFIRMED = 0.94, 0.30, 0.035
INVESTIGATING_SHARE = 0.42  # of the alerts without a verdict
HOLD_AT, HOLD_WIDTH = 58.0, 13.0  # risk score at which half of the orders are held, and how sharply
AS_OF_SECONDS = DAYS * clock.DAY_SECONDS - 60


def simulate(
    seed: int,
    plan: Plan,
    people: Population,
    companies: list[Identity],
    records: Records,
    products: Products,
    book: pl.DataFrame,
) -> pl.DataFrame:
    """fraud_alert: one row per alert, in order of detection; customer and amount are those of its order."""
    rng = stream(seed, "fraud_alert")
    frame, signs = suspicions(book, people, companies, records, products)
    rows, kind, rank = _raised(rng, plan, signs)
    alerted = frame[rows]
    is_true = (alerted["fraud_type"].fill_null("").to_numpy() == np.array(list(FRAUD_TYPES))[kind]).astype(bool)
    severity, score = _scored(rng, plan, rank, is_true, alerted["total_cents"].to_numpy())
    detected = _detected(rng, alerted["seconds"].to_numpy(), severity)
    status, resolved = _judged(rng, plan, is_true, severity, score, detected)
    return _rows(rng, records, alerted, kind, severity, score, detected, status, resolved)


def _raised(rng: Rng, plan: Plan, signs: dict[str, Floats]) -> tuple[Ints, Ints, Floats]:
    """Order, type and strength of every alert: of each type as many as planned, by suspicion and noise."""
    counts = plan.split({name: spec.alerts for name, spec in FRAUD_TYPES.items()})
    rows, kinds, ranks = [], [], []
    for index, name in enumerate(FRAUD_TYPES):
        strength = signs[name] + DETECTOR_NOISE * rng.normal(size=len(signs[name]))
        top = np.argsort(-strength, kind="stable")[: counts[name]]
        rows.append(top)
        kinds.append(np.full(len(top), index))
        ranks.append((strength[top] - strength[top].mean()) / max(float(strength[top].std()), 1e-9))
    return np.concatenate(rows), np.concatenate(kinds), np.concatenate(ranks)


def _scored(rng: Rng, plan: Plan, rank: Floats, is_true: Bools, cents: Ints) -> tuple[Ints, Floats]:
    """Severity and risk score: exact counts per severity, whose scores keep their mean."""
    size = np.log(cents)
    latent = rank + TRUTH_LEAK * is_true + AMOUNT_WEIGHT * (size - size.mean()) / size.std()
    latent = latent + 0.5 * rng.normal(size=len(rank))
    counts = quota(len(rank), [count for count, _, _ in SEVERITIES.values()])
    severity = ranked_labels(latent, counts)
    score = np.empty(len(rank))
    for level, (_, mean, spread) in enumerate(SEVERITIES.values()):
        mine = np.flatnonzero(severity == level)
        drawn = np.sort(rng.normal(0, spread, len(mine)))
        score[mine[np.argsort(latent[mine], kind="stable")]] = mean + drawn - drawn.mean()
    return severity, np.clip(score, 1, 99.9).round(1)


def _detected(rng: Rng, ordered: Ints, severity: Ints) -> Ints:
    lag = 3600 * rng.lognormal(np.log(2.5), 0.9, len(ordered)) * np.array([0.5, 0.8, 1.2, 1.8])[severity]
    return np.minimum(ordered + np.maximum(lag, 60).astype(np.int64), np.maximum(AS_OF_SECONDS, ordered))


def _judged(
    rng: Rng, plan: Plan, is_true: Bools, severity: Ints, score: Floats, detected: Ints
) -> tuple[np.ndarray, Ints]:
    """Status, and when the alert was closed (-1 while it is not)."""
    n = len(score)
    age = (AS_OF_SECONDS - detected) / clock.DAY_SECONDS
    hours = SLA_HOURS[severity] * USUAL_SHARE[severity] * rng.lognormal(0, USUAL_SPREAD, n)
    waits = np.minimum(rng.exponential(WAITING_DAYS, n), LONGEST_WAIT) * (rng.random(n) < WAITING_SHARE)
    took = np.minimum(hours * 3600 + waits * clock.DAY_SECONDS, (AS_OF_SECONDS - detected) * rng.uniform(0.2, 0.9, n))
    pending = _backlog(rng, plan.rows(BACKLOG), age, severity)
    u = rng.random(n)
    confirmed = np.where(is_true, u < CONFIRMED_IF_TRUE, u < WRONGLY_CONFIRMED * score / 50)
    benign = ~is_true & (rng.random(n) < RESOLVED_IF_FALSE)
    closed = np.where(confirmed, "Confirmed Fraud", np.where(benign, "Resolved", "False Positive"))
    working = np.where(rng.random(n) < INVESTIGATING_SHARE, "Investigating", "Open")
    return np.where(pending, working, closed), np.where(pending, -1, detected + np.maximum(took, 1).astype(np.int64))


def _backlog(rng: Rng, count: int, age: Floats, severity: Ints) -> Bools:
    """So many alerts are open still: recent ones, and of the older ones sooner the harmless than the critical."""
    just_raised = age < 2 / 24  # too fresh for a verdict
    log_weight = np.where(just_raised, 99.0, np.where(age <= OLDEST_DAYS, -age / FORGETTING_DAYS[severity], -np.inf))
    found = np.zeros(len(age), dtype=bool)
    found[choose(rng, log_weight, min(count, int((age <= OLDEST_DAYS).sum())))] = True
    return found


def _rows(
    rng: Rng,
    records: Records,
    alerted: pl.DataFrame,
    kind: Ints,
    severity: Ints,
    score: Floats,
    detected: Ints,
    status: np.ndarray,
    resolved: Ints,
) -> pl.DataFrame:
    n = len(kind)
    amount = alerted["total_cents"].to_numpy() / 100
    held = rng.random(n) < 1 / (1 + np.exp(-(score - HOLD_AT) / HOLD_WIDTH))
    impact = _impact(rng, amount, score, status, held)
    rows = pl.DataFrame(
        {
            "customer_ref": records.record_id[alerted["record"].to_numpy()],
            "order_ref": alerted["order_id"],
            "detected_at": clock.moments(detected),
            "fraud_type": np.array(list(FRAUD_TYPES))[kind],
            "severity": np.array(list(SEVERITIES))[severity],
            "risk_score": score,
            "status": status,
            "detection_method": _methods(rng, kind),
            "source_system": alerted["source"],
            "flagged_amount": amount,
            "financial_impact": np.round(impact, 2),
            "held_before_shipment": held,
            "resolved_at": pl.select(
                pl.when(pl.Series(resolved >= 0)).then(pl.lit(clock.moments(resolved)))
            ).to_series(),
        }
    ).sort("detected_at", "order_ref", "fraud_type")
    numbers = pl.Series(1 + np.arange(n)).cast(pl.String).str.zfill(6)
    return rows.insert_column(0, ("FA-" + numbers).alias("alert_id"))


def _impact(rng: Rng, amount: Floats, score: Floats, status: np.ndarray, held: Bools) -> Floats:
    """What a confirmed fraud cost that was not held; of alerts without a verdict, the amount weighed with the score."""
    lost = amount * rng.uniform(0.4, 1.0, len(amount))
    pending = np.isin(status, ["Open", "Investigating"])
    return np.where(pending, amount * score / 100, np.where((status == "Confirmed Fraud") & ~held, lost, 0.0))


def _methods(rng: Rng, kind: Ints) -> np.ndarray:
    usual = np.array([spec.method for spec in FRAUD_TYPES.values()])[kind]
    others, shares = list(BY_HAND), np.array([*BY_HAND.values()])
    by_hand = rng.random(len(kind)) < shares.sum()
    return np.where(by_hand, np.array(others)[pick(rng, np.cumsum(shares), len(kind))], usual)
