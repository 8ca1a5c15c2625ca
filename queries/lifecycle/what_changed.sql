-- How the customer base changed since the period began, in one sentence: customers under contract, and what moved them
-- (joined, churned, and who fell silent or came back).
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        created_date,
        status = 'Churned' as is_churned,
        case when status = 'Churned' then coalesce(last_activity_date, created_date) end as ended_on,
        lifecycle_stage in ('At-Risk', 'Dormant') as is_silent
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

last_seen as (
    select customer_uid, max(activity_date) as last_seen
    from gold.customer_activity
    where activity_date < $start
    group by customer_uid
),

states as (
    select
        created_date >= $start as is_new,
        is_churned,
        is_silent,
        created_date < $start and coalesce(ended_on >= $start, true) as was_customer,
        created_date <= $start::date - interval 3 month
        and date_diff('day', coalesce(last_seen, created_date), $start::date - 1) > 45 as was_silent
    from customers
    left join last_seen using (customer_uid)
),

counted as (
    select
        count(*) filter (was_customer) as before,
        count(*) filter (not is_churned) as now,
        count(*) filter (is_new) as joined,
        count(*) filter (is_churned and (was_customer or is_new)) as churned,
        count(*) filter (is_silent and not (was_customer and was_silent)) as fell_silent,
        count(*) filter (was_customer and was_silent and not is_silent and not is_churned) as came_back
    from states
)

select
    case
        when before > 0 then 'Customers under contract ' || case
            when now > before then format('grew from {} to **{}**', before, now)
            when now < before then format('fell from {} to **{}**', before, now)
            else format('stand unchanged at **{}**', now)
        end || strftime($start::date, ' since %-d %b %Y: ')
        || format(
            '**{} joined**, **{} churned**, and **{} fell silent** for more than 45 days', joined, churned, fell_silent
        )
        || case
            when $start >= (select min(date_key) + 90 from gold.dim_date)
                then format(' while {} came back.', came_back)
            else '.'
        end
        when now > 0 then format('All **{}** customers joined in this period.', now)
    end as sentence,
    case when now > before then 'good' when now < before then 'alert' else 'neutral' end as tone
from counted
