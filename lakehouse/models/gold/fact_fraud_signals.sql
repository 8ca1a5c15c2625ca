-- Fraud alerts with the customer and the order they are about; order_id is null where none is.
-- grain:   alert_id
-- columns: alert_id VARCHAR, customer_uid VARCHAR, order_id VARCHAR, detected_at TIMESTAMP, fraud_type VARCHAR,
--          severity VARCHAR, risk_score DOUBLE, status VARCHAR, detection_method VARCHAR, source_system VARCHAR,
--          flagged_amount DECIMAL(18,2), financial_impact DECIMAL(18,2), resolved_at TIMESTAMP,
--          is_held_before_shipment BOOLEAN
-- An alert outlives its order: where the order was rejected, the alert stays and its order_id is null.

select
    alert.alert_id,
    crosswalk.customer_uid,
    sales.order_id,
    alert.detected_at,
    alert.fraud_type,
    alert.severity,
    alert.risk_score,
    alert.status,
    alert.detection_method,
    alert.source_system,
    alert.flagged_amount,
    alert.financial_impact,
    alert.resolved_at,
    alert.is_held_before_shipment
from {{ ref('fraud_alert') }} as alert
join {{ source('mdm', 'crosswalk') }} as crosswalk on alert.customer_record_id = crosswalk.record_id
left join {{ ref('fact_sales') }} as sales on alert.order_id = sales.order_id
where alert.alert_id not in (
    select row_key from {{ source('silver', 'quarantine') }}
    where table_name = 'silver.fraud_alert' and is_rejected
)
order by alert.detected_at, alert.alert_id
