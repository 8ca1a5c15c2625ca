-- Alerts of the period by severity against the time allowed for them.
-- grain:   severity, outcome
-- columns: severity VARCHAR, severity_order INTEGER, outcome VARCHAR, outcome_order INTEGER, alerts BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR, $as_of DATE
-- Allowed: 4 h Critical, 24 h High, 72 h Medium, 168 h Low. Open alerts are judged at the end of the as-of date.

with alert as (
    select
        fact.severity,
        case fact.severity when 'Critical' then 4 when 'High' then 24 when 'Medium' then 72 else 168 end as allowed,
        date_diff('second', fact.detected_at, coalesce(fact.resolved_at, $as_of + interval 1 day)) / 3600 as hours,
        fact.resolved_at is null as is_open
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.detected_at >= $start
        and fact.detected_at < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

judged as (
    select
        severity,
        case
            when not is_open and hours <= allowed then 1
            when not is_open then 2
            when hours > allowed then 3
            else 4
        end as outcome_order,
        count(*) as alerts
    from alert
    group by all
),

severity as (
    select
        unnest(['Critical', 'High', 'Medium', 'Low']) as severity,
        unnest(['4 h', '24 h', '72 h', '168 h']) as allowed,
        unnest(range(1, 5))::integer as severity_order
),

outcome as (
    select
        unnest(['In time', 'Late', 'Open, overdue', 'Open, in time']) as outcome,
        unnest(range(1, 5))::integer as outcome_order
)

select
    severity.severity || ' · ' || severity.allowed as severity,
    severity.severity_order,
    outcome.outcome,
    outcome.outcome_order,
    coalesce(judged.alerts, 0) as alerts
from severity
cross join outcome
left join judged on severity.severity = judged.severity and outcome.outcome_order = judged.outcome_order
where exists (from judged)
order by outcome.outcome_order, severity.severity_order
