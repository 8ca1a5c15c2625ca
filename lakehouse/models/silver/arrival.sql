-- Deliveries as they arrived in bronze, each beside what is usual for its table: late or small ones are seen at once.
-- grain:   table_name, arrived_at
-- columns: table_name VARCHAR, arrived_at TIMESTAMP, batch_id VARCHAR, rows BIGINT, usual_rows DOUBLE,
--          volume_share DOUBLE, usual_hours DOUBLE, hours_since_arrival DOUBLE, is_newest BOOLEAN, is_overdue BOOLEAN
-- Batches of the same moment are one delivery, named by the first. Usual is the median of the table's earlier
-- deliveries, and of the time between them; the first one, which loads all there is, is no measure. Overdue: nothing
-- came for more than twice the usual time before the newest arrival anywhere.

with arrived as (
    select 'sap_kna1' as table_name, _batch_id, _ingestion_ts from {{ source('bronze', 'sap_kna1') }}
    union all
    select 'sap_adr6', _batch_id, _ingestion_ts from {{ source('bronze', 'sap_adr6') }}
    union all
    select 'sap_mara', _batch_id, _ingestion_ts from {{ source('bronze', 'sap_mara') }}
    union all
    select 'sap_vbap', _batch_id, _ingestion_ts from {{ source('bronze', 'sap_vbap') }}
    union all
    select 'sf_account', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_account') }}
    union all
    select 'sf_user', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_user') }}
    union all
    select 'sf_order', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_order') }}
    union all
    select 'sf_task', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_task') }}
    union all
    select 'sf_opportunity', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_opportunity') }}
    union all
    select 'sf_account_change_event', _batch_id, _ingestion_ts from {{ source('bronze', 'sf_account_change_event') }}
    union all
    select 'oracle_hz_parties', _batch_id, _ingestion_ts from {{ source('bronze', 'oracle_hz_parties') }}
    union all
    select 'oracle_oe_order', _batch_id, _ingestion_ts from {{ source('bronze', 'oracle_oe_order') }}
    union all
    select 'ecom_order', _batch_id, _ingestion_ts from {{ source('bronze', 'ecom_order') }}
    union all
    select 'web_event', _batch_id, _ingestion_ts from {{ source('bronze', 'web_event') }}
    union all
    select 'fraud_alert', _batch_id, _ingestion_ts from {{ source('bronze', 'fraud_alert') }}
    union all
    select 'ops_metric', _batch_id, _ingestion_ts from {{ source('bronze', 'ops_metric') }}
),

delivery as (
    select
        table_name,
        _ingestion_ts as arrived_at,
        min(_batch_id) as batch_id,
        count(*) as rows
    from arrived
    group by table_name, _ingestion_ts
),

placed as (
    select
        *,
        row_number() over arrivals as place,
        row_number() over (partition by table_name order by arrived_at desc) as place_from_newest,
        date_diff('second', lag(arrived_at) over arrivals, arrived_at) / 3600.0 as hours_between,
        date_diff('second', arrived_at, max(arrived_at) over ()) / 3600.0 as hours_since_arrival
    from delivery
    window arrivals as (partition by table_name order by arrived_at)
),

compared as (
    select
        *,
        median(case when place > 1 then rows end) over earlier as usual_rows,
        median(hours_between) over earlier as usual_hours
    from placed
    window earlier as (
        partition by table_name
        order by arrived_at
        rows between unbounded preceding and 1 preceding
    )
)

select
    table_name,
    arrived_at,
    batch_id,
    cast(rows as bigint) as rows,
    cast(usual_rows as double) as usual_rows,
    cast(round(rows / nullif(usual_rows, 0), 4) as double) as volume_share,
    cast(round(usual_hours, 2) as double) as usual_hours,
    cast(round(hours_since_arrival, 2) as double) as hours_since_arrival,
    place_from_newest = 1 as is_newest,
    place_from_newest = 1 and coalesce(hours_since_arrival > 2 * usual_hours, false) as is_overdue
from compared
order by table_name, arrived_at
