-- Availability of the last 168 hours against the objective of 99.5 % of requests answered without an error, and how
-- fast the budget for errors is burnt: 1 would use it up exactly by the end of the week. The whole platform.
-- grain:   one row
-- columns: objective DOUBLE, requests BIGINT, failed BIGINT, availability DOUBLE, availability_today DOUBLE,
--          budget_used DOUBLE, budget_left BIGINT, burn_rate_today DOUBLE, worst_p99 DOUBLE, usual_p99 DOUBLE

with hours as (
    select
        api_calls,
        api_calls * error_rate_pct / 100 as failed,
        p99_response_ms,
        "timestamp" > max("timestamp") over () - interval 24 hour as is_today
    from gold.fact_realtime_metrics
    qualify "timestamp" > max("timestamp") over () - interval 168 hour
),

totals as (
    select
        0.995::double as objective,
        coalesce(sum(api_calls), 0) as requests,
        coalesce(sum(failed), 0) as failed,
        sum(failed) filter (is_today) / nullif(sum(api_calls) filter (is_today), 0) as failed_share_today,
        max(p99_response_ms) as worst_p99,
        median(p99_response_ms) as usual_p99
    from hours
)

select
    objective,
    requests::bigint as requests,
    round(failed)::bigint as failed,
    1 - failed / nullif(requests, 0) as availability,
    1 - failed_share_today as availability_today,
    failed / nullif(requests, 0) / (1 - objective) as budget_used,
    round(requests * (1 - objective) - failed)::bigint as budget_left,
    failed_share_today / (1 - objective) as burn_rate_today,
    worst_p99,
    usual_p99
from totals
