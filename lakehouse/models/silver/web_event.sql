-- Events of the web tracker; customer_record_id is null while the visitor is anonymous.
-- grain:   event_id
-- columns: event_id VARCHAR, session_id VARCHAR, visitor_id VARCHAR, customer_record_id VARCHAR,
--          event_timestamp TIMESTAMP, page_url VARCHAR, event_type VARCHAR, device_type VARCHAR,
--          referrer_source VARCHAR, utm_campaign VARCHAR
-- Ordered by time, so that a period reads few row groups.

with event as (
    select *
    from {{ source('bronze', 'web_event') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.web_event' and is_rejected
    )
    qualify row_number() over (partition by event_id order by _ingestion_ts desc, _row_hash) = 1
)

select
    event_id,
    session_id,
    visitor_id,
    nullif(customer_ref, '') as customer_record_id,
    event_ts as event_timestamp,
    page_url,
    event_type,
    device_type,
    coalesce(nullif(referrer_source, ''), 'Direct') as referrer_source,
    nullif(utm_campaign, '') as utm_campaign
from event
order by event_timestamp, event_id
