-- Devices as a share of sessions, of page views and of conversions.
-- grain:   measure, device_type
-- columns: measure VARCHAR, measure_order INTEGER, device_type VARCHAR, amount BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- A session belongs to its first event's device. Each measure sums to that of the page.

with visit as (
    select
        session_id,
        max(customer_uid) as customer_uid,
        min_by(device_type, row(event_timestamp, event_id)) as device_type,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where is_converted) as conversions
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

device as (
    select
        coalesce(visit.device_type, 'Unknown') as device_type,
        count(*) as sessions,
        sum(visit.page_views) as page_views,
        sum(visit.conversions) as conversions
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
    group by all
)

select 'Sessions' as measure, 1 as measure_order, device_type, sessions::bigint as amount from device
union all
select 'Page views', 2, device_type, page_views::bigint from device
union all
select 'Conversions', 3, device_type, conversions::bigint from device
order by measure_order, device_type
