-- Fraud alerts detected in the period by severity, and what has become of them.
-- grain:   severity, outcome
-- columns: position INTEGER, severity VARCHAR, outcome VARCHAR, alerts BIGINT, flagged DECIMAL(38,2)
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

alerts as (
    select
        severity,
        case
            when status in ('Open', 'Investigating') then 'Open'
            when status = 'Confirmed Fraud' then 'Confirmed Fraud'
            else 'Cleared'
        end as outcome,
        flagged_amount
    from gold.fact_fraud_signals
    join customers using (customer_uid)
    where detected_at >= $start and detected_at < $end
)

select
    severities.position,
    severity,
    outcome,
    count(flagged_amount) as alerts,
    coalesce(sum(flagged_amount), 0)::decimal(38, 2) as flagged
from (values (1, 'Critical'), (2, 'High'), (3, 'Medium'), (4, 'Low')) as severities(position, severity)
cross join (values (1, 'Open'), (2, 'Confirmed Fraud'), (3, 'Cleared')) as outcomes(outcome_position, outcome)
left join alerts using (severity, outcome)
where exists (select 1 from alerts)
group by severities.position, severity, outcome_position, outcome
order by severities.position, outcome_position
