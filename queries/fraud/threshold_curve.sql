-- What reviewing only the alerts from a risk score on would have caught and cost, for every threshold.
-- grain:   threshold
-- columns: threshold INTEGER, alerts BIGINT, confirmed BIGINT, precision DOUBLE, recall DOUBLE,
--          caught_amount DECIMAL(38,2), missed_amount DECIMAL(38,2), review_cost DECIMAL(38,2), net DECIMAL(38,2)
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR, $cost_per_review DOUBLE
-- Alerts with a verdict, by the score they came with. net: flagged amount of the fraud reviewed, less the cost of all
-- reviews. It assumes that reviewed fraud is stopped.

with verdict as (
    select fact.risk_score, fact.flagged_amount, fact.status = 'Confirmed Fraud' as is_fraud
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.status in ('Confirmed Fraud', 'False Positive')
        and fact.detected_at >= $start
        and fact.detected_at < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

reviewed as (
    select
        level.threshold,
        count(*) filter (where verdict.risk_score >= level.threshold) as alerts,
        count(*) filter (where verdict.risk_score >= level.threshold and verdict.is_fraud) as confirmed,
        count(*) filter (where verdict.is_fraud) as all_confirmed,
        coalesce(sum(verdict.flagged_amount) filter (
            where verdict.is_fraud and verdict.risk_score >= level.threshold
        ), 0) as caught_amount,
        coalesce(sum(verdict.flagged_amount) filter (
            where verdict.is_fraud and verdict.risk_score < level.threshold
        ), 0) as missed_amount
    from verdict
    cross join (select unnest(range(0, 101, 5))::integer as threshold) as level
    group by level.threshold
)

select
    threshold,
    alerts,
    confirmed,
    round(confirmed / nullif(alerts, 0), 6) as precision,
    round(confirmed / nullif(all_confirmed, 0), 6) as recall,
    caught_amount::decimal(38, 2) as caught_amount,
    missed_amount::decimal(38, 2) as missed_amount,
    (alerts * $cost_per_review)::decimal(38, 2) as review_cost,
    (caught_amount - (alerts * $cost_per_review)::decimal(38, 2))::decimal(38, 2) as net
from reviewed
order by threshold
