-- Customers and what they bought in the last twelve months, by lifecycle stage; every stage stays, and every customer
-- counts.
-- grain:   lifecycle_stage
-- columns: position INTEGER, lifecycle_stage VARCHAR, customers BIGINT, revenue DECIMAL(38,2), share DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, lifecycle_stage
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

revenue as (
    select customer_uid, sum(line_total) as revenue
    from gold.fact_sales
    where order_date > $as_of::date - interval 12 month and order_date <= $as_of
    group by customer_uid
)

select
    position,
    lifecycle_stage,
    count(customer_uid) as customers,
    coalesce(sum(revenue), 0)::decimal(38, 2) as revenue,
    count(customer_uid) / nullif(sum(count(customer_uid)) over (), 0)::double as share
from (
    values (1, 'Activated'), (2, 'Growing'), (3, 'Loyal'), (4, 'Champion'), (5, 'At-Risk'), (6, 'Dormant'),
        (7, 'Churned')
) as stages(position, lifecycle_stage)
left join customers using (lifecycle_stage)
left join revenue using (customer_uid)
where exists (select 1 from customers)
group by position, lifecycle_stage
order by position
