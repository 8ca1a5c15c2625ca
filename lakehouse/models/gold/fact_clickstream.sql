-- Web events, with the customer where the visitor is known.
-- grain:   event_id
-- columns: event_id VARCHAR, session_id VARCHAR, customer_uid VARCHAR, visitor_id VARCHAR, event_timestamp TIMESTAMP,
--          page_url VARCHAR, event_type VARCHAR, device_type VARCHAR, channel_id VARCHAR, referrer_source VARCHAR,
--          utm_campaign VARCHAR, is_converted BOOLEAN
-- Ordered by time, so that a period reads few row groups.

select
    event.event_id,
    event.session_id,
    crosswalk.customer_uid,
    event.visitor_id,
    event.event_timestamp,
    event.page_url,
    event.event_type,
    event.device_type,
    channel.channel_id,
    event.referrer_source,
    event.utm_campaign,
    event.event_type = 'form_submit'
        and event.page_url in ('/demo-request', '/free-trial', '/checkout') as is_converted
from {{ ref('web_event') }} as event
join {{ ref('dim_channel') }} as channel
    on event.referrer_source = channel.referrer_source
        and coalesce(event.utm_campaign, '') = coalesce(channel.utm_campaign, '')
left join {{ source('mdm', 'crosswalk') }} as crosswalk on event.customer_record_id = crosswalk.record_id
where event.event_id not in (
    select row_key from {{ source('silver', 'quarantine') }}
    where table_name = 'silver.web_event' and is_rejected
)
order by event.event_timestamp, event.event_id
