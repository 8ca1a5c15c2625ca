-- Detection methods by what became of their alerts: precision, calibration, money and time.
-- grain:   detection_method
-- columns: detection_method VARCHAR, alerts BIGINT, verdicts BIGINT, confirmed BIGINT, precision DOUBLE,
--          wilson_low DOUBLE, false_positive_share DOUBLE, brier DOUBLE, loss_prevented DECIMAL(38,2),
--          loss_incurred DECIMAL(38,2), hours_p50 DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR
-- precision: confirmed / (confirmed + false positives), wilson_low its lower bound at 95 %. false_positive_share: of
-- all closed alerts. brier: mean squared distance of score/100 from the verdict, 0 is perfect.

with method as (
    select
        fact.detection_method,
        count(*) as alerts,
        count(*) filter (where fact.status = 'Confirmed Fraud') as confirmed,
        count(*) filter (where fact.status = 'False Positive') as false_positives,
        count(*) filter (where fact.status in ('Confirmed Fraud', 'False Positive', 'Resolved')) as closed,
        sum(
            case
                when fact.status in ('Confirmed Fraud', 'False Positive')
                    then power(fact.risk_score / 100 - (fact.status = 'Confirmed Fraud')::integer, 2)
            end order by fact.alert_id
        ) as squares,
        sum(fact.flagged_amount) filter (
            where fact.status = 'Confirmed Fraud' and fact.is_held_before_shipment
        ) as loss_prevented,
        sum(fact.financial_impact) filter (where fact.status = 'Confirmed Fraud') as loss_incurred,
        quantile_cont(date_diff('second', fact.detected_at, fact.resolved_at), 0.5) / 3600 as hours_p50
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.detected_at >= $start
        and fact.detected_at < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
    group by fact.detection_method
),

rated as (
    select *, confirmed + false_positives as verdicts, confirmed / nullif(confirmed + false_positives, 0) as precision
    from method
)

select
    detection_method,
    alerts,
    verdicts,
    confirmed,
    round(precision, 6) as precision,
    round(greatest(
        (
            precision + power(1.96, 2) / (2 * nullif(verdicts, 0))
            - 1.96 * sqrt(
                precision * (1 - precision) / nullif(verdicts, 0) + power(1.96, 2) / (4 * power(nullif(verdicts, 0), 2))
            )
        ) / (1 + power(1.96, 2) / nullif(verdicts, 0)), 0
    ), 6) as wilson_low,
    round(false_positives / nullif(closed, 0), 6) as false_positive_share,
    round(squares / nullif(verdicts, 0), 6) as brier,
    coalesce(loss_prevented, 0)::decimal(38, 2) as loss_prevented,
    coalesce(loss_incurred, 0)::decimal(38, 2) as loss_incurred,
    round(hours_p50, 4) as hours_p50
from rated
order by precision desc nulls last, alerts desc, detection_method
