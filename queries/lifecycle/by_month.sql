-- The customer base at each month's end, worked out from what was known on that day by the rules of the lifecycle
-- model. Customers: under contract. Silent: of those, more than 45 days without any activity, newcomers aside. Repeat
-- share: with more than one order, of all who had ordered. Revenue at risk: the revenue of twelve months times the
-- churn risk, once the records reach back that far. It starts ninety days after the first recorded activity.
-- grain:   month_end
-- columns: month_end DATE, customers BIGINT, silent BIGINT, repeat_share DOUBLE, revenue_at_risk DECIMAL(38,2),
--          health DOUBLE
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
    select last_day(date_key) as day
    from gold.dim_date
    where day(date_key) = 1
        and last_day(date_key) <= $as_of
        and last_day(date_key) >= (select min(date_key) + 90 from gold.dim_date)
),

known as (
    select
        customers.customer_uid,
        ends.day,
        any_value(coalesce(ended_on > ends.day, true)) as is_kept,
        any_value(created_date > ends.day - interval 3 month) as is_new,
        date_diff('day', coalesce(max(activity_date), any_value(created_date)), ends.day) as silent_days,
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(revenue) filter (activity_date > ends.day - interval 12 month), 0) as revenue,
        coalesce(sum(interactions) filter (activity_date > ends.day - 90), 0)::double as contacts,
        coalesce(sum(positive) filter (activity_date > ends.day - 90), 0) as positive,
        coalesce(sum(negative) filter (activity_date > ends.day - 90), 0) as negative
    from customers
    join ends on created_date <= ends.day
    left join gold.customer_activity as activity
        on customers.customer_uid = activity.customer_uid and activity_date <= ends.day
    group by customers.customer_uid, ends.day
),

scored as (
    select
        *,
        round(
            case
                when not is_new and silent_days > 90 then 0.60 + 0.35 * least(silent_days - 90, 90) / 90
                when not is_new and silent_days > 45 then 0.30 + 0.35 * (silent_days - 46) / 44
                else 0.02 + 0.12 * least(silent_days, 45) / 45 + 0.05 * coalesce(negative / nullif(contacts, 0), 0)
            end,
            4
        )::double as risk
    from known
)

select
    day as month_end,
    count(*) filter (is_kept) as customers,
    count(*) filter (is_kept and not is_new and silent_days > 45) as silent,
    count(*) filter (orders > 1) / nullif(count(*) filter (orders > 0), 0)::double as repeat_share,
    case
        when day >= (select min(date_key) + interval 12 month - interval 1 day from gold.dim_date)
            then coalesce(sum((revenue::double * risk)::decimal(18, 2)) filter (is_kept), 0)::decimal(38, 2)
    end as revenue_at_risk,
    round(
        avg(round(greatest(0, least(
            100, 100 - 100 * risk + 5 * coalesce((positive - negative) / nullif(contacts, 0), 0)
        )), 2)) filter (is_kept),
        6
    ) as health
from scored
group by day
order by day
