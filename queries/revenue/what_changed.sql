-- How revenue changed against the period compared with, in one sentence, and the category, the segment and the
-- customer that moved furthest in the same direction. Null where there is nothing to compare with.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, full_name, coalesce(segment, 'Unknown') as segment
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

sales as (
    select
        customer_uid,
        full_name,
        segment,
        category,
        case when order_date >= $start and order_date < $end then line_total else 0 end as now,
        case when order_date >= $compare_start and order_date < $compare_end then line_total else 0 end as before
    from gold.fact_sales
    join customers using (customer_uid)
    join gold.dim_product using (product_id)
    where (order_date >= $start and order_date < $end)
        or (order_date >= $compare_start and order_date < $compare_end)
),

total as (
    select
        sum(now)::double as now,
        sum(before)::double as before,
        (sum(now) - sum(before))::double as amount
    from sales
),

moves as (
    select 1 as position, category as name, sum(now - before)::double as amount
    from sales
    group by category
    union all
    select 2, segment || ' customers', sum(now - before)::double
    from sales
    group by segment
    union all
    select 3, any_value(full_name), sum(now - before)::double
    from sales
    group by customer_uid
),

drivers as (
    select moves.position, moves.name, moves.amount
    from moves, total
    where sign(moves.amount) = sign(total.amount)
    qualify row_number() over (partition by position order by abs(moves.amount) desc, name) = 1
),

written as (
    select
        position,
        '**' || name || '** (' || case when amount < 0 then '−' else '+' end || '$' || case
            when abs(amount) >= 999500 then format('{:.2f}M', abs(amount) / 1e6)
            when abs(amount) >= 1000 then format('{:.0f}k', abs(amount) / 1e3)
            else format('{:.0f}', abs(amount))
        end || ')' as driver
    from drivers
),

listed as (
    select list(driver order by position) as drivers
    from written
)

select
    'Revenue ' || case
        when amount = 0 then 'stood still at'
        when amount > 0 then format('rose by **{:.1f}%** to', 100 * amount / before)
        else format('fell by **{:.1f}%** to', -100 * amount / before)
    end || ' **$' || case
        when now >= 999500 then format('{:.2f}M', now / 1e6)
        when now >= 1000 then format('{:.0f}k', now / 1e3)
        else format('{:.0f}', now)
    end || '**' || case
        when len(drivers) = 3
            then ', carried most by ' || drivers[1] || ', ' || drivers[2] || ' and ' || drivers[3] || '.'
        else '.'
    end as sentence,
    case when amount > 0 then 'good' when amount < 0 then 'alert' else 'neutral' end as tone
from total, listed
where before > 0
union all
select null, 'neutral'
from total
where coalesce(before, 0) <= 0
