-- From the revenue of the period compared with to the revenue of this one, customer by customer; the steps sum exactly
-- and a step without customers is left out. New bought for the first time, Returning bought before but not in the
-- period compared with, Paused bought then and not now though still under contract, Churned likewise with the contract
-- ended.
-- grain:   step
-- columns: position INTEGER, step VARCHAR, label VARCHAR, amount DECIMAL(38,2), customers BIGINT
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, status = 'Churned' as is_churned
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

revenue as (
    select
        customer_uid,
        any_value(is_churned) as is_churned,
        min(order_date) as first_order,
        coalesce(sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end), 0) as before,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as now
    from gold.fact_sales
    join customers using (customer_uid)
    group by customer_uid
),

moved as (
    select
        case
            when before = 0 and first_order >= $start then 'New'
            when before = 0 then 'Returning'
            when now > before then 'Expansion'
            when now > 0 then 'Contraction'
            when is_churned then 'Churned'
            else 'Paused'
        end as step,
        now - before as amount
    from revenue
    where now <> before
),

steps as (
    select 1 as position, 'Before' as step, sum(before) as amount, count(*) filter (before > 0) as customers
    from revenue
    union all
    select position, step, coalesce(sum(amount), 0), count(amount)
    from (values (2, 'New'), (3, 'Returning'), (4, 'Expansion'), (5, 'Contraction'), (6, 'Paused'), (7, 'Churned'))
        as order_of(position, step)
    left join moved using (step)
    group by position, step
    union all
    select 8, 'Now', sum(now), count(*) filter (now > 0)
    from revenue
)

select
    position,
    step,
    case step
        when 'Returning' then 'Back'
        when 'Expansion' then 'More'
        when 'Contraction' then 'Less'
        else step
    end as label,
    amount::decimal(38, 2) as amount,
    customers
from steps
where $compare_start is not null
    and exists (select 1 from revenue where before > 0 or now > 0)
    and (customers > 0 or step in ('Before', 'Now'))
order by position
