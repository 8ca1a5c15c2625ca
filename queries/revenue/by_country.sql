-- Revenue by the customer's country (that of the golden record), with all customers, whether they bought or not.
-- grain:   country
-- columns: country VARCHAR, customers BIGINT, buyers BIGINT, revenue DECIMAL(38,2), revenue_before DECIMAL(38,2),
--          share DOUBLE, growth DOUBLE, margin DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, coalesce(country, 'Unknown') as country
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

countries as (
    select
        country,
        count(distinct customer_uid) as customers,
        count(distinct customer_uid) filter (order_date >= $start and order_date < $end) as buyers,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as revenue,
        sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end) as revenue_before,
        coalesce(sum(profit) filter (order_date >= $start and order_date < $end), 0) as profit
    from customers
    left join gold.fact_sales using (customer_uid)
    group by country
)

select
    country,
    customers,
    buyers,
    revenue,
    revenue_before,
    revenue::double / nullif(sum(revenue) over (), 0)::double as share,
    revenue::double / nullif(revenue_before, 0)::double - 1 as growth,
    profit::double / nullif(revenue, 0)::double as margin
from countries
order by revenue desc, country
