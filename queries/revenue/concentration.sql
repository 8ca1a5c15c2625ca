-- Revenue of each twentieth of the customers, largest first, and the share that it and those before it bring. All
-- customers count, those without an order too, so the last twentieths may bring nothing.
-- grain:   top_percent
-- columns: top_percent INTEGER, label VARCHAR, customers BIGINT, revenue DECIMAL(38,2), share DOUBLE,
--          cumulative DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

revenue as (
    select customers.customer_uid, coalesce(sum(line_total), 0) as revenue
    from customers
    left join gold.fact_sales
        on fact_sales.customer_uid = customers.customer_uid and order_date >= $start and order_date < $end
    group by customers.customer_uid
),

ranked as (
    select
        revenue,
        (5 * ceil(20.0 * row_number() over (order by revenue desc, customer_uid) / count(*) over ()))::integer
            as top_percent
    from revenue
),

parts as (
    select top_percent, count(*) as customers, sum(revenue) as revenue
    from ranked
    group by top_percent
)

select
    top_percent,
    top_percent || '%' as label,
    customers,
    revenue,
    revenue::double / nullif(sum(revenue) over (), 0)::double as share,
    sum(revenue) over (order by top_percent)::double / nullif(sum(revenue) over (), 0)::double as cumulative
from parts
qualify sum(revenue) over () > 0
order by top_percent
