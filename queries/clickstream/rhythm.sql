-- When sessions start: weekday by hour, all 168 cells.
-- grain:   weekday, hour
-- columns: weekday VARCHAR, weekday_order INTEGER, hour VARCHAR, hour_order INTEGER, sessions BIGINT, conversions BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with visit as (
    select
        session_id,
        max(customer_uid) as customer_uid,
        min(event_timestamp) as started_at,
        count(*) filter (where is_converted) as conversions
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

counted as (
    select
        isodow(visit.started_at) as weekday_order,
        hour(visit.started_at) as hour_order,
        count(*) as sessions,
        sum(visit.conversions) as conversions
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
    group by all
),

cell as (
    select
        unnest(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']) as weekday,
        unnest(range(1, 8))::integer as weekday_order
)

select
    cell.weekday,
    cell.weekday_order,
    format('{:02d}', clock.hour_order) as hour,
    clock.hour_order::integer as hour_order,
    coalesce(counted.sessions, 0) as sessions,
    coalesce(counted.conversions, 0)::bigint as conversions
from cell
cross join (select unnest(range(0, 24)) as hour_order) as clock
left join counted on cell.weekday_order = counted.weekday_order and clock.hour_order = counted.hour_order
where exists (from counted)
order by cell.weekday_order, clock.hour_order
