-- Alerts and their outcome by complete calendar month of detection: the period, and at least twelve months to its end.
-- grain:   month
-- columns: month DATE, alerts BIGINT, open_alerts BIGINT, precision DOUBLE, loss_prevented DECIMAL(38,2),
--          loss_incurred DECIMAL(38,2), sla_met DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR
-- open_alerts: open on the last day of the month, whenever detected; the rest as in the summary.

with alert as (
    select
        fact.*,
        fact.detected_at + to_hours(
            case fact.severity when 'Critical' then 4 when 'High' then 24 when 'Medium' then 72 else 168 end
        ) as due_at
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

edge as (
    select month, (month + interval 1 month)::date as next_month
    from (
        select unnest(range(
            date_trunc('month', least($start, ($end - interval 12 month)::date)),
            date_trunc('month', $end)::timestamp,
            interval 1 month
        ))::date as month
    )
    where month >= (select date_trunc('month', min(detected_at)) from gold.fact_fraud_signals)
),

standing as (
    select edge.month, count(*) as open_alerts
    from edge
    join alert
        on alert.detected_at < edge.next_month
            and (alert.resolved_at is null or alert.resolved_at >= edge.next_month)
    group by edge.month
),

detected as (
    select
        edge.month,
        count(*) as alerts,
        count(*) filter (where alert.status = 'Confirmed Fraud') as confirmed,
        count(*) filter (where alert.status = 'False Positive') as false_positives,
        sum(alert.flagged_amount) filter (
            where alert.status = 'Confirmed Fraud' and alert.is_held_before_shipment
        ) as loss_prevented,
        sum(alert.financial_impact) filter (where alert.status = 'Confirmed Fraud') as loss_incurred,
        count(*) filter (where alert.resolved_at <= alert.due_at) as met,
        count(*) filter (where alert.resolved_at is not null or alert.due_at < $end) as decided
    from edge
    join alert on alert.detected_at >= edge.month and alert.detected_at < edge.next_month
    group by edge.month
)

select
    edge.month,
    coalesce(detected.alerts, 0) as alerts,
    coalesce(standing.open_alerts, 0) as open_alerts,
    round(detected.confirmed / nullif(detected.confirmed + detected.false_positives, 0), 6) as precision,
    coalesce(detected.loss_prevented, 0)::decimal(38, 2) as loss_prevented,
    coalesce(detected.loss_incurred, 0)::decimal(38, 2) as loss_incurred,
    round(detected.met / nullif(detected.decided, 0), 6) as sla_met
from edge
left join detected using (month)
left join standing using (month)
order by edge.month
