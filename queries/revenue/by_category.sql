-- Revenue, margin and change by product category; a category without sales stays.
-- grain:   category
-- columns: category VARCHAR, revenue DECIMAL(38,2), revenue_before DECIMAL(38,2), share DOUBLE, growth DOUBLE,
--          margin DOUBLE, orders BIGINT
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

sales as (
    select category, order_id, order_date, line_total, profit
    from gold.fact_sales
    join customers using (customer_uid)
    join gold.dim_product using (product_id)
),

categories as (
    select
        category,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as revenue,
        sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end) as revenue_before,
        coalesce(sum(profit) filter (order_date >= $start and order_date < $end), 0) as profit,
        count(distinct order_id) filter (order_date >= $start and order_date < $end) as orders
    from (select distinct category from gold.dim_product) as offered
    left join sales using (category)
    group by category
)

select
    category,
    revenue,
    revenue_before,
    revenue::double / nullif(sum(revenue) over (), 0)::double as share,
    revenue::double / nullif(revenue_before, 0)::double - 1 as growth,
    profit::double / nullif(revenue, 0)::double as margin,
    orders
from categories
qualify sum(orders) over () > 0
order by revenue desc, category
