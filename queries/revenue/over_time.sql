-- Revenue and profit over the period, beside the year before: by day up to a month, by seven days up to half a year,
-- else by month. A bucket without sales stays, with zero; the year before is null where the calendar does not reach
-- back.
-- grain:   bucket
-- columns: bucket DATE, bucket_size VARCHAR, is_partial BOOLEAN, revenue DECIMAL(38,2), profit DECIMAL(38,2),
--          margin DOUBLE, orders BIGINT, average_order DOUBLE, list_value DECIMAL(38,2), discounts DECIMAL(38,2),
--          realisation DOUBLE, revenue_year_ago DECIMAL(38,2), growth DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

sizes as (
    select
        case
            when $end::date - $start::date <= 31 then 'day'
            when $end::date - $start::date <= 184 then 'week'
            else 'month'
        end as bucket_size,
        (select min(date_key) from gold.dim_date) as first_day
),

days as (
    select
        date_key as day,
        bucket_size,
        first_day,
        case bucket_size
            when 'day' then date_key
            when 'week' then $end::date - 7 * (($end::date - date_key - 1) // 7 + 1)::integer
            else date_trunc('month', date_key)::date
        end as bucket
    from gold.dim_date, sizes
    where date_key >= $start and date_key < $end
),

sales as (
    select
        order_date as day,
        sum(line_total) as revenue,
        sum(profit) as profit,
        count(distinct order_id) as orders,
        sum(quantity * unit_price) as list_value
    from gold.fact_sales
    join customers using (customer_uid)
    group by order_date
),

year_ago as (
    select
        case when bucket_size = 'month' then (sales.day + interval 1 year)::date else sales.day + 364 end as day,
        sum(revenue) as revenue
    from sales, sizes
    group by all
),

buckets as (
    select
        bucket,
        any_value(bucket_size) as bucket_size,
        count(*) < case any_value(bucket_size)
            when 'day' then 1
            when 'week' then 7
            else day(last_day(bucket))
        end as is_partial,
        coalesce(sum(sales.revenue), 0)::decimal(38, 2) as revenue,
        coalesce(sum(sales.profit), 0)::decimal(38, 2) as profit,
        coalesce(sum(sales.orders), 0)::bigint as orders,
        coalesce(sum(sales.list_value), 0)::decimal(38, 2) as list_value,
        case
            when min(days.day) - interval 1 year >= any_value(first_day)
                then coalesce(sum(year_ago.revenue), 0)::decimal(38, 2)
        end as revenue_year_ago
    from days
    left join sales using (day)
    left join year_ago using (day)
    group by bucket
)

select
    bucket,
    bucket_size,
    is_partial,
    revenue,
    profit,
    profit::double / nullif(revenue, 0)::double as margin,
    orders,
    revenue::double / nullif(orders, 0) as average_order,
    list_value,
    (list_value - revenue)::decimal(38, 2) as discounts,
    revenue::double / nullif(list_value, 0)::double as realisation,
    revenue_year_ago,
    revenue::double / nullif(revenue_year_ago, 0)::double - 1 as growth
from buckets
where (select count(*) from customers) > 0
order by bucket
