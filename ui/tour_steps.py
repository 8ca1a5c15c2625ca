"""The story that the tour tells: its steps, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """A page in a state, the one thing on it to look at, and what to say; {name:unit} is a figure of the sources."""

    page: str
    title: str
    text: str
    points_at: str  # what the key of the card begins with
    sources: tuple[str, ...] = ()  # queries of one row each, besides that of the story's customer
    state: Mapping[str, str] = field(default_factory=dict)  # of the URL; {name} is a value of the story's customer


CUSTOMER = "tour/customer"
STEPS = (
    Step(
        "customer_360",
        "One customer, many records",
        "**{full_name}** stands in {systems} as **{source_records:count} records** under {spellings:count} spellings. "
        "Each system took its own for the customer, and saw its own part of the business.",
        "card_source_records",
        state={"uid": "{customer_uid}"},
    ),
    Step(
        "match_demo",
        "The match",
        "{system_a} says **{name_a}**, {system_b} says **{name_b}**. Five fields are compared, and the pair scores "
        "**{pair_score:score}**: merged from {auto_merge_at:score}, shown to a steward from {review_at:score}. "
        "Look how each field adds to it.",
        "card_why_",
        ("mdm_dq/summary",),
        {"record": "{record_id}"},
    ),
    Step(
        "mdm_dq",
        "The same, for everyone",
        "**{source_records:count} records became {golden_customers:count} customers.** Of {possible_pairs:count} "
        "possible pairs only {candidate_pairs:count} had to be compared; {auto_merge:count} were merged by score, and "
        "{pending:count} doubtful ones wait for a person.",
        "card_from_records_to_customers",
        ("mdm_dq/summary",),
        {"mdm_tab": "Matching"},
    ),
    Step(
        "customer_360",
        "The golden record",
        "{golden_values:count} values from {giving_records:count} of the {source_records:count} records now describe "
        "**{full_name}**, each with its source and the rule by which it won. The {lost_values:count} that lost stay on "
        "record, and the next run weighs them again.",
        "card_golden_record",
        state={"uid": "{customer_uid}"},
    ),
    Step(
        "revenue",
        "The money behind it",
        "**{lifetime_value:money}** from {orders:count} orders in {order_systems:count} order systems: number "
        "{value_rank:count} of {customers:count}. The largest system alone would show {largest_slice:money}. "
        "Only whole customers tell that the best fifth brings **{top_fifth:percent}** of {revenue:money}.",
        "card_concentration",
        ("revenue/summary", "revenue/concentration_summary"),
        {"revenue_view": "Who carries it"},
    ),
    Step(
        "lifecycle",
        "The risk",
        "{at_risk:count} customers have been silent for more than 45 days, and **{revenue_at_risk:money}** of yearly "
        "revenue is at risk. This is the list to call, the most money first.",
        "card_whom_to_call_first",
        ("lifecycle/summary",),
    ),
    Step(
        "fraud",
        "What was stopped",
        "**{loss_prevented:money}** of confirmed fraud was held before it shipped. {open_alerts:count} alerts wait for "
        "a verdict, {open_critical:count} of them critical. Each leads to its order, its customer and its signals.",
        "card_waiting_for_a_verdict",
        ("fraud/summary",),
    ),
    Step(
        "gtm_pipeline",
        "The pipeline",
        "{open_deals:count} deals worth {open_amount:money} are open. By what such deals came to in the past they are "
        "worth **{weighted:money}**, and that is the figure to plan with.",
        "card_weighted_forecast",
        ("gtm_pipeline/summary",),
    ),
    Step(
        "mdm_dq",
        "The gate that stopped bad data",
        "{rules:count} rules looked at {checked:compact} values and set **{quarantined:count} rows** aside; "
        "{rejected:count} never reached a figure you saw. Most broke the rule “{worst_rule}”. Every row keeps its reason.",
        "card_by_broken_rule",
        ("tour/gate",),
        {"mdm_tab": "Quarantine"},
    ),
    Step(
        "mdm_dq",
        "The audit trail",
        "All of this came from **release {release_id}**: {tables:count} tables, as of {as_of_date:day}, published after "
        "every gate had passed. Older releases stay readable, so each figure can be asked where it came from.",
        "card_releases",
        state={"mdm_tab": "Tables"},
    ),
)
