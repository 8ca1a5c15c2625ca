-- One sentence: how won business changed against the comparison period, and the three lead sources that moved it most.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with won as (
    select
        coalesce(fact.lead_source, 'Unknown') as driver,
        coalesce(sum(fact.deal_amount) filter (where fact.closed_date >= $start and fact.closed_date < $end), 0) as now,
        coalesce(sum(fact.deal_amount) filter (
            where fact.closed_date >= $compare_start and fact.closed_date < $compare_end
        ), 0) as before
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.is_won
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
    group by all
),

total as (
    select sum(now) as now, sum(before) as before, sum(now - before) as moved
    from won
),

driver as (
    select
        won.driver,
        won.now - won.before as moved,
        row_number() over (order by abs(won.now - won.before) desc, won.driver) as position
    from won
    where won.now <> won.before
),

written as (
    select string_agg(
        format(
            '{} {}${}',
            driver,
            case when moved < 0 then '−' else '+' end,
            case
                when abs(moved) >= 999500 then format('{:.2f}M', abs(moved)::double / 1e6)
                else format('{:.0f}k', abs(moved)::double / 1e3)
            end
        ),
        ', ' order by position
    ) as drivers
    from driver
    where position <= 3
)

select
    format(
        'Won business {} to **${}**. {}: {}.',
        case
            when total.before = 0 then 'came'
            when total.moved >= 0 then format('rose {:.1f}%', 100 * total.moved::double / total.before::double)
            else format('fell {:.1f}%', -100 * total.moved::double / total.before::double)
        end,
        case
            when total.now >= 999500 then format('{:.2f}M', total.now::double / 1e6)
            else format('{:.0f}k', total.now::double / 1e3)
        end,
        case when total.before = 0 then 'Most of it by lead source' else 'Biggest movers by lead source' end,
        written.drivers
    ) as sentence,
    case when total.before = 0 then 'neutral' when total.moved >= 0 then 'good' else 'alert' end as tone
from total
cross join written
