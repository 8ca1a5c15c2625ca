-- Headline figures of the web site in the period and in the comparison period.
-- grain:   one row
-- columns: events BIGINT, sessions BIGINT, sessions_before BIGINT, visitors BIGINT, visitors_before BIGINT,
--          conversions BIGINT, conversions_before BIGINT, session_cvr DOUBLE, session_cvr_before DOUBLE,
--          bounce_rate DOUBLE, bounce_rate_before DOUBLE, anonymous_visitors BIGINT, stitched_visitors BIGINT,
--          stitched_share DOUBLE, stitched_share_before DOUBLE, known_event_share DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR
-- session_cvr: sessions with at least one conversion / sessions. bounce_rate: sessions with one page view / sessions.
-- stitched: visitors with anonymous events in the period who were known later, by its end / visitors with anonymous
-- events. A segment or country leaves the sessions of customers of that kind.

with event as (
    select
        *,
        case
            when event_timestamp >= $start and event_timestamp < $end then 'now'
            else 'before'
        end as moment
    from gold.fact_clickstream
    where (event_timestamp >= $start and event_timestamp < $end)
        or (event_timestamp >= $compare_start and event_timestamp < $compare_end)
),

visit as (
    select
        moment,
        session_id,
        min(visitor_id) as visitor_id,
        max(customer_uid) as customer_uid,
        count(*) as events,
        count(customer_uid) as known_events,
        min(event_timestamp) filter (where customer_uid is null) as anonymous_at,
        count(*) filter (where event_type = 'page_view') as page_views,
        count(*) filter (where is_converted) as conversions
    from event
    group by moment, session_id
),

chosen as (
    select visit.*
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

known as (
    select
        visitor_id,
        max(event_timestamp) filter (where event_timestamp < $end) as by_now,
        max(event_timestamp) filter (where event_timestamp < $compare_end) as by_then
    from gold.fact_clickstream
    where customer_uid is not null
    group by visitor_id
),

visitor as (
    select
        chosen.moment,
        chosen.visitor_id,
        min(chosen.anonymous_at) as anonymous_at,
        any_value(case when chosen.moment = 'now' then known.by_now else known.by_then end) as last_known_at
    from chosen
    left join known on chosen.visitor_id = known.visitor_id
    group by chosen.moment, chosen.visitor_id
),

person as (
    select
        moment,
        count(*) as visitors,
        count(anonymous_at) as anonymous_visitors,
        count(*) filter (where last_known_at > anonymous_at) as stitched_visitors
    from visitor
    group by moment
),

figure as (
    select
        moment,
        sum(events)::bigint as events,
        sum(known_events)::bigint as known_events,
        count(*) as sessions,
        sum(conversions)::bigint as conversions,
        count(*) filter (where conversions > 0) as converting,
        count(*) filter (where page_views = 1) as bounced
    from chosen
    group by moment
),

both_moments as (
    select
        max(events) filter (where moment = 'now') as events,
        max(known_events) filter (where moment = 'now') as known_events,
        max(sessions) filter (where moment = 'now') as sessions,
        max(sessions) filter (where moment = 'before') as sessions_before,
        max(conversions) filter (where moment = 'now') as conversions,
        max(conversions) filter (where moment = 'before') as conversions_before,
        max(converting / sessions) filter (where moment = 'now') as session_cvr,
        max(converting / sessions) filter (where moment = 'before') as session_cvr_before,
        max(bounced / sessions) filter (where moment = 'now') as bounce_rate,
        max(bounced / sessions) filter (where moment = 'before') as bounce_rate_before
    from figure
),

both_people as (
    select
        max(visitors) filter (where moment = 'now') as visitors,
        max(visitors) filter (where moment = 'before') as visitors_before,
        max(anonymous_visitors) filter (where moment = 'now') as anonymous_visitors,
        max(stitched_visitors) filter (where moment = 'now') as stitched_visitors,
        max(stitched_visitors / nullif(anonymous_visitors, 0)) filter (where moment = 'now') as stitched_share,
        max(stitched_visitors / nullif(anonymous_visitors, 0)) filter (where moment = 'before') as stitched_share_before
    from person
)

select
    coalesce(events, 0) as events,
    coalesce(sessions, 0) as sessions,
    sessions_before,
    coalesce(visitors, 0) as visitors,
    visitors_before,
    coalesce(conversions, 0) as conversions,
    conversions_before,
    round(session_cvr, 6) as session_cvr,
    round(session_cvr_before, 6) as session_cvr_before,
    round(bounce_rate, 6) as bounce_rate,
    round(bounce_rate_before, 6) as bounce_rate_before,
    coalesce(anonymous_visitors, 0) as anonymous_visitors,
    coalesce(stitched_visitors, 0) as stitched_visitors,
    round(stitched_share, 6) as stitched_share,
    round(stitched_share_before, 6) as stitched_share_before,
    round(known_events / nullif(events, 0), 6) as known_event_share
from both_moments
cross join both_people
