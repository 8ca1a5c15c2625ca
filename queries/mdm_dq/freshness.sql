-- When each source last delivered: newest batch, rows, and days behind the as-of date.
-- grain:   table_name
-- columns: source_system VARCHAR, table_name VARCHAR, rows BIGINT, batches BIGINT, newest TIMESTAMP, days_behind BIGINT,
--          state VARCHAR
-- params:  none
-- state: Fresh within a day of the as-of date, Late within a week, Stale beyond, Empty without a row.

with delivery as (
    select
        'SAP' as source_system, 'sap_kna1' as table_name, count(*) as rows,
        count(distinct _batch_id) as batches, max(_ingestion_ts) as newest
    from bronze.sap_kna1
    union all
    select 'SAP', 'sap_adr6', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sap_adr6
    union all
    select 'SAP', 'sap_mara', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sap_mara
    union all
    select 'SAP', 'sap_vbap', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sap_vbap
    union all
    select 'Salesforce', 'sf_account', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_account
    union all
    select 'Salesforce', 'sf_user', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_user
    union all
    select 'Salesforce', 'sf_order', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_order
    union all
    select 'Salesforce', 'sf_task', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_task
    union all
    select 'Salesforce', 'sf_opportunity', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_opportunity
    union all
    select 'Salesforce', 'sf_account_change_event', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.sf_account_change_event
    union all
    select 'Oracle', 'oracle_hz_parties', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.oracle_hz_parties
    union all
    select 'Oracle', 'oracle_oe_order', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.oracle_oe_order
    union all
    select 'E-Commerce', 'ecom_order', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.ecom_order
    union all
    select 'Web tracker', 'web_event', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.web_event
    union all
    select 'Fraud detection', 'fraud_alert', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.fraud_alert
    union all
    select 'Operations', 'ops_metric', count(*), count(distinct _batch_id), max(_ingestion_ts) from bronze.ops_metric
)

select
    delivery.*,
    date_diff('day', delivery.newest::date, as_of.as_of_date) as days_behind,
    case
        when delivery.newest is null then 'Empty'
        when date_diff('day', delivery.newest::date, as_of.as_of_date) <= 1 then 'Fresh'
        when date_diff('day', delivery.newest::date, as_of.as_of_date) <= 7 then 'Late'
        else 'Stale'
    end as state
from delivery
cross join silver.as_of as as_of
order by delivery.source_system, delivery.table_name
