-- Pages by views: where sessions enter, where they end, and what is submitted there.
-- grain:   page_url
-- columns: page_url VARCHAR, views BIGINT, sessions BIGINT, entries BIGINT, exits BIGINT, exit_rate DOUBLE,
--          conversions BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- exit_rate: sessions whose last page view it was / sessions that saw it.

with visit as (
    select session_id, max(customer_uid) as customer_uid
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

chosen as (
    select visit.session_id
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

viewed as (
    select
        web.session_id,
        web.page_url,
        row_number() over (partition by web.session_id order by web.event_timestamp, web.event_id) as from_start,
        row_number() over (partition by web.session_id order by web.event_timestamp desc, web.event_id desc) as from_end
    from gold.fact_clickstream as web
    join chosen using (session_id)
    where web.event_timestamp >= $start and web.event_timestamp < $end and web.event_type = 'page_view'
),

converted as (
    select web.page_url, count(*) as conversions
    from gold.fact_clickstream as web
    join chosen using (session_id)
    where web.event_timestamp >= $start and web.event_timestamp < $end and web.is_converted
    group by web.page_url
)

select
    viewed.page_url,
    count(*) as views,
    count(distinct viewed.session_id) as sessions,
    count(*) filter (where viewed.from_start = 1) as entries,
    count(*) filter (where viewed.from_end = 1) as exits,
    round(count(*) filter (where viewed.from_end = 1) / count(distinct viewed.session_id), 6) as exit_rate,
    coalesce(any_value(converted.conversions), 0) as conversions
from viewed
left join converted using (page_url)
group by viewed.page_url
order by views desc, viewed.page_url
