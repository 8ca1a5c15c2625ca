-- Sessions that came with a campaign, and how many of them convert.
-- grain:   utm_campaign
-- columns: utm_campaign VARCHAR, sessions BIGINT, sessions_before BIGINT, visitors BIGINT, conversions BIGINT,
--          conversions_before BIGINT, converting BIGINT, session_cvr DOUBLE, bounce_rate DOUBLE, label VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR
-- A session belongs to the first event's campaign; sessions without one are left out. session_cvr: converting sessions / sessions.

with event as (
    select
        *,
        event_timestamp >= $start and event_timestamp < $end as is_now
    from gold.fact_clickstream
    where (event_timestamp >= $start and event_timestamp < $end)
        or (event_timestamp >= $compare_start and event_timestamp < $compare_end)
),

visit as (
    select
        is_now,
        session_id,
        min(visitor_id) as visitor_id,
        max(customer_uid) as customer_uid,
        min_by(struct_pack(named := utm_campaign), row(event_timestamp, event_id)).named as utm_campaign,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where is_converted) as conversions
    from event
    group by is_now, session_id
)

select
    visit.utm_campaign,
    count(*) filter (where visit.is_now) as sessions,
    count(*) filter (where not visit.is_now) as sessions_before,
    count(distinct visit.visitor_id) filter (where visit.is_now) as visitors,
    coalesce(sum(visit.conversions) filter (where visit.is_now), 0)::bigint as conversions,
    coalesce(sum(visit.conversions) filter (where not visit.is_now), 0)::bigint as conversions_before,
    count(*) filter (where visit.is_now and visit.conversions > 0) as converting,
    round(
        count(*) filter (where visit.is_now and visit.conversions > 0) / count(*) filter (where visit.is_now), 6
    ) as session_cvr,
    round(
        count(*) filter (where visit.is_now and visit.page_views = 1) / count(*) filter (where visit.is_now), 6
    ) as bounce_rate,
    format(
        '{:,} · {:.1f}%',
        count(*) filter (where visit.is_now),
        100 * count(*) filter (where visit.is_now and visit.conversions > 0) / count(*) filter (where visit.is_now)
    ) as label
from visit
left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
where ($segment is null or customer.segment = $segment)
    and ($country is null or customer.country = $country)
    and visit.utm_campaign is not null
group by visit.utm_campaign
having count(*) filter (where visit.is_now) > 0
order by sessions desc, visit.utm_campaign
