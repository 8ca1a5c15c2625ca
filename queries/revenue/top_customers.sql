-- The twenty-five customers with the most revenue in the period, and how they do.
-- grain:   customer_uid
-- columns: rank BIGINT, customer_uid VARCHAR, full_name VARCHAR, segment VARCHAR, country VARCHAR,
--          revenue DECIMAL(38,2), share DOUBLE, growth DOUBLE, margin DOUBLE, orders BIGINT, last_order DATE,
--          lifecycle_stage VARCHAR, health_score DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, full_name, segment, country, lifecycle_stage, health_score
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

revenue as (
    select
        customer_uid,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as revenue,
        sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end) as revenue_before,
        sum(profit) filter (order_date >= $start and order_date < $end) as profit,
        count(distinct order_id) filter (order_date >= $start and order_date < $end) as orders,
        max(order_date) filter (order_date < $end) as last_order
    from gold.fact_sales
    join customers using (customer_uid)
    group by customer_uid
)

select
    row_number() over (order by revenue desc, customer_uid) as rank,
    customer_uid,
    full_name,
    segment,
    country,
    revenue,
    revenue::double / nullif(sum(revenue) over (), 0)::double as share,
    revenue::double / nullif(revenue_before, 0)::double - 1 as growth,
    profit::double / nullif(revenue, 0)::double as margin,
    orders,
    last_order,
    lifecycle_stage,
    health_score
from revenue
join customers using (customer_uid)
where revenue > 0
order by rank
limit 25
