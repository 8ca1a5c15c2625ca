-- Alerts of the fraud detectors; order_id is null where an alert is about access and not about an order.
-- grain:   alert_id
-- columns: alert_id VARCHAR, customer_record_id VARCHAR, order_id VARCHAR, detected_at TIMESTAMP, fraud_type VARCHAR,
--          severity VARCHAR, risk_score DOUBLE, status VARCHAR, detection_method VARCHAR, source_system VARCHAR,
--          flagged_amount DECIMAL(18,2), financial_impact DECIMAL(18,2), is_held_before_shipment BOOLEAN,
--          resolved_at TIMESTAMP

with alert as (
    select *
    from {{ source('bronze', 'fraud_alert') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.fraud_alert' and is_rejected
    )
    qualify row_number() over (partition by alert_id order by _ingestion_ts desc, _row_hash) = 1
)

select
    alert_id,
    customer_ref as customer_record_id,
    nullif(order_ref, '') as order_id,
    detected_at,
    fraud_type,
    severity,
    risk_score,
    status,
    detection_method,
    source_system,
    cast(flagged_amount as decimal(18, 2)) as flagged_amount,
    cast(financial_impact as decimal(18, 2)) as financial_impact,
    held_before_shipment as is_held_before_shipment,
    resolved_at
from alert
order by alert_id
