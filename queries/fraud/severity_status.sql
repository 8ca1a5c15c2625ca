-- Alerts of the period by severity and status.
-- grain:   severity, status
-- columns: severity VARCHAR, severity_order INTEGER, status VARCHAR, status_order INTEGER, alerts BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR

with severity as (
    select unnest(['Critical', 'High', 'Medium', 'Low']) as severity, unnest(range(1, 5))::integer as severity_order
),

status as (
    select
        unnest(['Open', 'Investigating', 'Confirmed Fraud', 'False Positive', 'Resolved']) as status,
        unnest(range(1, 6))::integer as status_order
),

counted as (
    select fact.severity, fact.status, count(*) as alerts
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.detected_at >= $start
        and fact.detected_at < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
    group by all
)

select
    severity.severity,
    severity.severity_order,
    status.status,
    status.status_order,
    coalesce(counted.alerts, 0) as alerts
from severity
cross join status
left join counted on severity.severity = counted.severity and status.status = counted.status
where exists (from counted)
order by status.status_order, severity.severity_order
