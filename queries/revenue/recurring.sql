-- Recurring revenue of the trailing twelve months, at the end of each month up to the period's end, and how much of it
-- the customers of a year ago kept: net with what they added, gross without. Lines of recurring products; no contract
-- terms are known, so this is revenue received and no run rate. Months whose twelve months are not all in the calendar
-- are left out.
-- grain:   month
-- columns: month DATE, recurring DECIMAL(38,2), share DOUBLE, net_retention DOUBLE, gross_retention DOUBLE
-- params:  $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

ends as (
    select
        date_key as month,
        (date_key + interval 1 month)::date as month_end,
        (select min(date_key) from gold.dim_date) as first_day
    from gold.dim_date
    where day(date_key) = 1 and month_end <= $end and month_end - interval 12 month >= first_day
),

monthly as (
    select
        customer_uid,
        date_trunc('month', order_date)::date as sold,
        sum(line_total) as revenue,
        coalesce(sum(line_total) filter (is_recurring), 0) as recurring
    from gold.fact_sales
    join customers using (customer_uid)
    join gold.dim_product using (product_id)
    where order_date < $end
    group by all
),

yearly as (
    select
        month,
        customer_uid,
        coalesce(sum(revenue) filter (sold >= month_end - interval 12 month), 0) as revenue,
        coalesce(sum(recurring) filter (sold >= month_end - interval 12 month), 0) as recurring,
        case
            when any_value(month_end) - interval 24 month >= any_value(first_day)
                then coalesce(sum(recurring) filter (sold < month_end - interval 12 month), 0)
        end as recurring_before
    from ends
    join monthly on sold < month_end and sold >= month_end - interval 24 month
    group by month, customer_uid
)

select
    month,
    sum(recurring) as recurring,
    sum(recurring)::double / nullif(sum(revenue), 0)::double as share,
    sum(recurring) filter (recurring_before > 0)::double / nullif(sum(recurring_before), 0)::double as net_retention,
    sum(least(recurring, recurring_before)) filter (recurring_before > 0)::double
    / nullif(sum(recurring_before), 0)::double as gross_retention
from yearly
group by month
order by month
