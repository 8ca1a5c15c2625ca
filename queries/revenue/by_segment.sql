-- Revenue by customer segment, with all customers of the segment, whether they bought or not.
-- grain:   segment
-- columns: segment VARCHAR, customers BIGINT, buyers BIGINT, revenue DECIMAL(38,2), revenue_before DECIMAL(38,2),
--          share DOUBLE, growth DOUBLE, margin DOUBLE, revenue_per_customer DOUBLE, discount DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, coalesce(segment, 'Unknown') as segment
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

segments as (
    select
        segment,
        count(distinct customer_uid) as customers,
        count(distinct customer_uid) filter (order_date >= $start and order_date < $end) as buyers,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as revenue,
        sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end) as revenue_before,
        coalesce(sum(profit) filter (order_date >= $start and order_date < $end), 0) as profit,
        sum(quantity * unit_price) filter (order_date >= $start and order_date < $end) as list_value
    from customers
    left join gold.fact_sales using (customer_uid)
    group by segment
)

select
    segment,
    customers,
    buyers,
    revenue,
    revenue_before,
    revenue::double / nullif(sum(revenue) over (), 0)::double as share,
    revenue::double / nullif(revenue_before, 0)::double - 1 as growth,
    profit::double / nullif(revenue, 0)::double as margin,
    revenue::double / nullif(customers, 0) as revenue_per_customer,
    1 - revenue::double / nullif(list_value, 0)::double as discount
from segments
order by revenue desc, segment
