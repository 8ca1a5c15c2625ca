-- One sentence: how conversions changed against the comparison period, and the three referrers that moved them most.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with event as (
    select *, event_timestamp >= $start and event_timestamp < $end as is_now
    from gold.fact_clickstream
    where (event_timestamp >= $start and event_timestamp < $end)
        or (event_timestamp >= $compare_start and event_timestamp < $compare_end)
),

visit as (
    select
        is_now,
        session_id,
        max(customer_uid) as customer_uid,
        min_by(referrer_source, row(event_timestamp, event_id)) as driver,
        count(*) filter (where is_converted) as conversions
    from event
    group by is_now, session_id
),

driver as (
    select
        visit.driver,
        coalesce(sum(visit.conversions) filter (where visit.is_now), 0)::bigint as now,
        coalesce(sum(visit.conversions) filter (where not visit.is_now), 0)::bigint as before
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
    group by visit.driver
),

total as (
    select sum(now)::bigint as now, sum(before)::bigint as before from driver
),

ranked as (
    select
        *,
        now - before as moved,
        row_number() over (order by abs(now - before) desc, driver) as position
    from driver
    where now <> before
),

written as (
    select string_agg(
        case when total.before = 0 then format('{} {}', ranked.driver, ranked.now)
            else format('{} {}{}', ranked.driver, case when ranked.moved < 0 then '−' else '+' end, abs(ranked.moved)) end,
        ', ' order by ranked.position
    ) as drivers
    from ranked
    cross join total
    where ranked.position <= 3
)

select
    case
        when total.before = 0
            then format('**{:,}** conversions, most of them from {}.', total.now, written.drivers)
        else format(
            'Conversions {} to **{:,}** from {:,}. Biggest movers by referrer: {}.',
            case
                when total.now >= total.before then format('rose {:.1f}%', 100 * (total.now - total.before) / total.before)
                else format('fell {:.1f}%', 100 * (total.before - total.now) / total.before)
            end,
            total.now,
            total.before,
            written.drivers
        )
    end as sentence,
    case when total.before = 0 then 'neutral' when total.now >= total.before then 'good' else 'alert' end as tone
from total
cross join written
