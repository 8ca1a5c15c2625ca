-- The day that every age and every "today" counts from: the day of the newest arrival in bronze.
-- grain:   one row
-- columns: as_of_date DATE

with arrival as (
    select max(_ingestion_ts) as arrived_at from {{ source('bronze', 'sap_kna1') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sap_vbap') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sf_account') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sf_account_change_event') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sf_order') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sf_task') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'sf_opportunity') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'oracle_hz_parties') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'oracle_oe_order') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'ecom_order') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'web_event') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'fraud_alert') }}
    union all
    select max(_ingestion_ts) from {{ source('bronze', 'ops_metric') }}
)

select cast(max(arrived_at) as date) as as_of_date
from arrival
