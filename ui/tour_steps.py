"""The story that the tour tells: its steps, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Step:
    """A page in a state, the one thing on it to look at, and what to say; {source.column:unit} is a figure."""

    page: str
    title: str
    text: str
    points_at: str  # the key of the card; * stands for anything
    sources: Mapping[str, str] = field(default_factory=dict)  # a query of one row by the name it has in the text
    state: Mapping[str, str] = field(default_factory=dict)  # of the page, as the URL holds it


CUSTOMER = {"customer": "tour/customer"}
MDM = {"mdm": "mdm_dq/summary"}
STEPS = (
    Step(
        "customer_360",
        "One customer, many records",
        "**{customer.full_name}** stands in {customer.systems} as **{customer.source_records:count} records** "
        "under {customer.spellings:count} spellings. Each system took its own for the customer, and saw its own "
        "part of the business.",
        "card_source_records",
        state={"uid": "{customer.customer_uid}"},
    ),
    Step(
        "match_demo",
        "The match",
        "{customer.system_a} says **{customer.name_a}**, {customer.system_b} says **{customer.name_b}**. Five "
        "fields are compared, and the pair scores **{customer.pair_score:score}**: merged from "
        "{mdm.auto_merge_at:score}, shown to a steward from {mdm.review_at:score}. Look how each field adds to it.",
        "card_why_*_composite_model",
        MDM,
        {"record": "{customer.record_id}"},
    ),
    Step(
        "mdm_dq",
        "The same, for everyone",
        "**{mdm.source_records:count} records became {mdm.golden_customers:count} customers.** Of "
        "{mdm.possible_pairs:count} possible pairs only {mdm.candidate_pairs:count} had to be compared; "
        "{mdm.auto_merge:count} were merged by score, and {mdm.pending:count} doubtful ones wait for a person.",
        "card_from_records_to_customers",
        MDM,
        {"mdm_tab": "Matching"},
    ),
    Step(
        "customer_360",
        "The golden record",
        "{customer.golden_values:count} values from {customer.giving_records:count} of the "
        "{customer.source_records:count} records now describe **{customer.full_name}**, each with its source and "
        "the rule by which it won. The {customer.lost_values:count} that lost stay on record, and the next run "
        "weighs them again.",
        "card_golden_record",
        state={"uid": "{customer.customer_uid}"},
    ),
    Step(
        "revenue",
        "The money behind it",
        "**{customer.lifetime_value:money}** from {customer.orders:count} orders in {customer.order_systems:count} "
        "order systems: number {customer.value_rank:count} of {customer.customers:count}. The largest system alone "
        "would show {customer.largest_slice:money}. Only whole customers tell that the best fifth brings "
        "**{spread.top_fifth:percent}** of {revenue.revenue:money}.",
        "card_concentration",
        {"revenue": "revenue/summary", "spread": "revenue/concentration_summary"},
        {"revenue_view": "Who carries it"},
    ),
    Step(
        "lifecycle",
        "The risk",
        "{lifecycle.at_risk:count} customers have been silent for more than 45 days, and "
        "**{lifecycle.revenue_at_risk:money}** of yearly revenue is at risk. This is the list to call, the most "
        "money first.",
        "card_whom_to_call_first",
        {"lifecycle": "lifecycle/summary"},
    ),
    Step(
        "fraud",
        "What was stopped",
        "**{fraud.loss_prevented:money}** of confirmed fraud was held before it shipped. {fraud.open_alerts:count} "
        "alerts wait for a verdict, {fraud.open_critical:count} of them critical. Each leads to its order, its "
        "customer and its signals.",
        "card_waiting_for_a_verdict",
        {"fraud": "fraud/summary"},
    ),
    Step(
        "gtm_pipeline",
        "The pipeline",
        "{pipeline.open_deals:count} deals worth {pipeline.open_amount:money} are open. By what such deals came to "
        "in the past they are worth **{pipeline.weighted:money}**, and that is the figure to plan with.",
        "card_weighted_forecast",
        {"pipeline": "gtm_pipeline/summary"},
    ),
    Step(
        "mdm_dq",
        "The gate that stopped bad data",
        "{gate.rules:count} rules looked at {gate.checked:compact} values and set **{gate.quarantined:count} "
        "rows** aside; {gate.rejected:count} never reached a figure you saw. Most broke the rule "
        "“{gate.worst_rule}”. Every row keeps its reason.",
        "card_by_broken_rule",
        {"gate": "tour/gate"},
        {"mdm_tab": "Quarantine"},
    ),
    Step(
        "mdm_dq",
        "The audit trail",
        "All of this came from **release {release.release_id}**: {release.tables:count} tables, as of "
        "{release.as_of_date:day}, published after every gate had passed. Older releases stay readable, so each "
        "figure can be asked where it came from.",
        "card_releases",
        state={"mdm_tab": "Releases"},
    ),
)
