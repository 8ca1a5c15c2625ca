-- Alerts of the period by type of fraud, and how often the verdict was fraud.
-- grain:   fraud_type
-- columns: fraud_type VARCHAR, alerts BIGINT, alerts_before BIGINT, verdicts BIGINT, confirmed BIGINT,
--          precision DOUBLE, flagged_amount DECIMAL(38,2), label VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR,
--          $severity VARCHAR

with alert as (
    select
        fact.*,
        fact.detected_at >= $start and fact.detected_at < $end as is_now,
        fact.detected_at >= $compare_start and fact.detected_at < $compare_end as is_before
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

type as (
    select
        fraud_type,
        count(*) filter (where is_now) as alerts,
        count(*) filter (where is_before) as alerts_before,
        count(*) filter (where is_now and status in ('Confirmed Fraud', 'False Positive')) as verdicts,
        count(*) filter (where is_now and status = 'Confirmed Fraud') as confirmed,
        sum(flagged_amount) filter (where is_now) as flagged_amount
    from alert
    group by fraud_type
)

select
    fraud_type,
    alerts,
    alerts_before,
    verdicts,
    confirmed,
    round(confirmed / nullif(verdicts, 0), 6) as precision,
    coalesce(flagged_amount, 0)::decimal(38, 2) as flagged_amount,
    case
        when verdicts = 0 then format('{} · no verdict yet', alerts)
        else format('{} · {:.0f}% fraud', alerts, 100 * confirmed / verdicts)
    end as label
from type
where alerts > 0
order by alerts desc, fraud_type
