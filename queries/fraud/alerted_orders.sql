-- Orders with a fraud alert, and whether one of theirs was confirmed.
-- grain:   order_id
-- columns: order_id VARCHAR, alerts BIGINT, is_confirmed BOOLEAN
-- params:  none

select order_id, count(*) as alerts, bool_or(status = 'Confirmed Fraud') as is_confirmed
from gold.fact_fraud_signals
where order_id is not null
group by order_id
order by order_id
