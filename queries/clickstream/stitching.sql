-- Visitors by the month of their first event: known from the start, known later, or anonymous to this day.
-- grain:   month, identity
-- columns: month DATE, identity VARCHAR, identity_order INTEGER, visitors BIGINT, median_days DOUBLE
-- params:  $start DATE, $end DATE
-- All visitors first seen in the period, whatever segment or country: nobody knows those of an anonymous visitor.
-- median_days: from the first event to the first one as a known customer.

with visitor as (
    select
        visitor_id,
        min(event_timestamp) as first_seen_at,
        min(event_timestamp) filter (where customer_uid is not null) as known_at
    from gold.fact_clickstream
    group by visitor_id
)

select
    date_trunc('month', first_seen_at)::date as month,
    case
        when known_at is null then 'Still anonymous'
        when known_at > first_seen_at then 'Stitched later'
        else 'Known from the start'
    end as identity,
    case when known_at is null then 3 when known_at > first_seen_at then 2 else 1 end as identity_order,
    count(*) as visitors,
    round(median(date_diff('second', first_seen_at, known_at)) / 86400, 4) as median_days
from visitor
where first_seen_at >= $start and first_seen_at < $end
group by all
order by identity_order, month
