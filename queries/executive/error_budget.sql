-- The week's error budget (0.5 % of its requests) as it was used up, hour by hour. The whole platform.
-- grain:   hour
-- columns: hour TIMESTAMP, used DOUBLE, even_pace DOUBLE, failed BIGINT

with hours as (
    select
        "timestamp" as hour,
        api_calls,
        api_calls * error_rate_pct / 100 as failed
    from gold.fact_realtime_metrics
    qualify "timestamp" > max("timestamp") over () - interval 168 hour
)

select
    hour,
    sum(failed) over (order by hour) / nullif(sum(api_calls) over () * (1 - 0.995), 0) as used,
    sum(api_calls) over (order by hour) / nullif(sum(api_calls) over (), 0)::double as even_pace,
    round(failed)::bigint as failed
from hours
order by hour
