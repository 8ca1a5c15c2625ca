-- Sessions and what became of them over time: by complete week, or by day in periods of up to 100 days.
-- grain:   bucket
-- columns: bucket DATE, sessions BIGINT, visitors BIGINT, conversions BIGINT, session_cvr DOUBLE, bounce_rate DOUBLE,
--          known_share DOUBLE, stitched_share DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- known_share: sessions of a known customer / sessions. stitched_share: visitors with an anonymous session who were known
-- later, by the end of the period / visitors with one.

with visit as (
    select
        session_id,
        min(event_timestamp) as started_at,
        min(visitor_id) as visitor_id,
        max(customer_uid) as customer_uid,
        min(event_timestamp) filter (where customer_uid is null) as anonymous_at,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where is_converted) as conversions
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

known as (
    select visitor_id, max(event_timestamp) as last_known_at
    from gold.fact_clickstream
    where customer_uid is not null and event_timestamp < $end
    group by visitor_id
),

dated as (
    select
        visit.*,
        known.last_known_at > visit.anonymous_at as is_stitched,
        date_trunc(case when $end - $start > 100 then 'week' else 'day' end, visit.started_at)::date as bucket
    from visit
    left join known using (visitor_id)
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
)

select
    bucket,
    count(*) as sessions,
    count(distinct visitor_id) as visitors,
    sum(conversions)::bigint as conversions,
    round(count(*) filter (where conversions > 0) / count(*), 6) as session_cvr,
    round(count(*) filter (where page_views = 1) / count(*), 6) as bounce_rate,
    round(count(customer_uid) / count(*), 6) as known_share,
    round(
        count(distinct visitor_id) filter (where is_stitched)
        / nullif(count(distinct visitor_id) filter (where anonymous_at is not null), 0), 6
    ) as stitched_share
from dated
where $end - $start <= 100 or (bucket >= $start and bucket + 7 <= $end)
group by bucket
order by bucket
