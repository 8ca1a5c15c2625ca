-- Is the risk score a probability? Share of fraud among verdicts, by score in steps of ten.
-- grain:   score_from
-- columns: score_from INTEGER, band VARCHAR, verdicts BIGINT, confirmed BIGINT, mean_score DOUBLE,
--          confirmed_share DOUBLE, wilson_low DOUBLE, wilson_high DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR
-- A calibrated score has confirmed_share near mean_score; the Wilson bounds (95 %) tell how much the sample can say.

with verdict as (
    select
        least(floor(fact.risk_score / 10) * 10, 90)::integer as score_from,
        fact.alert_id,
        fact.risk_score,
        fact.status = 'Confirmed Fraud' as is_fraud
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.status in ('Confirmed Fraud', 'False Positive')
        and fact.detected_at >= $start
        and fact.detected_at < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

band as (
    select
        score_from,
        count(*) as verdicts,
        count(*) filter (where is_fraud) as confirmed,
        sum(risk_score order by alert_id) / count(*) / 100 as mean_score,
        count(*) filter (where is_fraud) / count(*) as confirmed_share
    from verdict
    group by score_from
)

select
    score_from,
    format('{}–{}', score_from, score_from + 10) as band,
    verdicts,
    confirmed,
    round(mean_score, 6) as mean_score,
    round(confirmed_share, 6) as confirmed_share,
    round(greatest(
        (
            confirmed_share + power(1.96, 2) / (2 * verdicts)
            - 1.96 * sqrt(confirmed_share * (1 - confirmed_share) / verdicts + power(1.96, 2) / (4 * power(verdicts, 2)))
        ) / (1 + power(1.96, 2) / verdicts), 0
    ), 6) as wilson_low,
    round(least(
        (
            confirmed_share + power(1.96, 2) / (2 * verdicts)
            + 1.96 * sqrt(confirmed_share * (1 - confirmed_share) / verdicts + power(1.96, 2) / (4 * power(verdicts, 2)))
        ) / (1 + power(1.96, 2) / verdicts), 1
    ), 6) as wilson_high
from band
order by score_from
