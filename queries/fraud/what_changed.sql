-- One sentence: how alerts changed against the comparison period, and the three fraud types that moved them most.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR,
--          $severity VARCHAR

with driver as (
    select
        fact.fraud_type as driver,
        count(*) filter (where fact.detected_at >= $start and fact.detected_at < $end) as now,
        count(*) filter (where fact.detected_at >= $compare_start and fact.detected_at < $compare_end) as before
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
    group by fact.fraud_type
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
        case
            when total.before = 0 then format('{} {}', ranked.driver, ranked.now)
            else format('{} {}{}', ranked.driver, case when ranked.moved < 0 then '−' else '+' end, abs(ranked.moved))
        end,
        ', ' order by ranked.position
    ) as drivers
    from ranked
    cross join total
    where ranked.position <= 3
)

select
    case
        when total.before = 0 then format('**{:,}** alerts, most of them {}.', total.now, written.drivers)
        else format(
            'Alerts {} to **{:,}** from {:,}. Biggest movers by type: {}.',
            case
                when total.now >= total.before then format('rose {:.1f}%', 100 * (total.now - total.before) / total.before)
                else format('fell {:.1f}%', 100 * (total.before - total.now) / total.before)
            end,
            total.now,
            total.before,
            written.drivers
        )
    end as sentence,
    case when total.before = 0 then 'neutral' when total.now > total.before then 'alert' else 'good' end as tone
from total
cross join written
