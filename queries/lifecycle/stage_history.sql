-- Customers by lifecycle stage at each month's end, worked out from what was known of their activity on that day. It
-- starts ninety days after the first recorded activity, when a silence can be told from a missing record. Churn counts
-- from the last activity of customers whose contract has ended.
-- grain:   month_end, lifecycle_stage
-- columns: month_end DATE, position INTEGER, lifecycle_stage VARCHAR, customers BIGINT
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        created_date,
        case when status = 'Churned' then coalesce(last_activity_date, created_date) end as ended_on
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

ends as (
    select last_day(date_key) as month_end
    from gold.dim_date
    where day(date_key) = 1
        and last_day(date_key) <= $as_of
        and last_day(date_key) >= (select min(date_key) + 90 from gold.dim_date)
),

last_seen as (
    select
        customer_uid,
        greatest(last_day(activity_date), (select min(month_end) from ends)) as month_end,
        max(activity_date) as last_seen
    from gold.customer_activity
    where activity_date <= $as_of
    group by all
),

states as (
    select
        customer_uid,
        month_end,
        created_date,
        ended_on,
        max(last_seen) over (partition by customer_uid order by month_end) as last_seen
    from customers
    join ends on created_date <= month_end
    left join last_seen using (customer_uid, month_end)
),

aged as (
    select
        *,
        date_diff('day', coalesce(last_seen, created_date), month_end) as silent_days,
        (year(month_end) - year(created_date)) * 12 + month(month_end) - month(created_date)
        - case when day(month_end) < day(created_date) then 1 else 0 end as tenure
    from states
),

staged as (
    select
        month_end,
        case
            when ended_on <= month_end then 'Churned'
            when tenure < 3 then 'Activated'
            when silent_days > 90 then 'Dormant'
            when silent_days > 45 then 'At-Risk'
            when tenure >= 24 then 'Champion'
            when tenure >= 12 then 'Loyal'
            else 'Growing'
        end as lifecycle_stage
    from aged
)

select month_end, position, lifecycle_stage, count(staged.month_end) as customers
from (
    values (1, 'Activated'), (2, 'Growing'), (3, 'Loyal'), (4, 'Champion'), (5, 'At-Risk'), (6, 'Dormant'),
        (7, 'Churned')
) as stage(position, lifecycle_stage)
cross join ends
left join staged using (month_end, lifecycle_stage)
where exists (select 1 from customers)
group by month_end, position, lifecycle_stage
order by month_end, position
