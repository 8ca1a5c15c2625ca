-- Alerts by month of detection and severity.
-- grain:   month, severity
-- columns: month DATE, severity VARCHAR, severity_order INTEGER, alerts BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR, $severity VARCHAR

select
    date_trunc('month', fact.detected_at)::date as month,
    fact.severity,
    case fact.severity when 'Critical' then 1 when 'High' then 2 when 'Medium' then 3 else 4 end as severity_order,
    count(*) as alerts
from gold.fact_fraud_signals as fact
join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
where fact.detected_at >= $start
    and fact.detected_at < $end
    and ($segment is null or customer.segment = $segment)
    and ($country is null or customer.country = $country)
    and ($severity is null or fact.severity = $severity)
group by all
order by severity_order, month
