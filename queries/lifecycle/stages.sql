-- Customers by lifecycle stage on the as-of date: how many, what they bought in twelve months, and what of it is at
-- risk. Every stage stays, and every customer counts once. For churned customers nothing is at risk any more: it is
-- lost.
-- grain:   lifecycle_stage
-- columns: position INTEGER, lifecycle_stage VARCHAR, customers BIGINT, share DOUBLE, revenue DECIMAL(38,2),
--          revenue_at_risk DECIMAL(38,2), saved DECIMAL(38,2), health DOUBLE, days_since_activity DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR, $won_back DOUBLE

with customers as (
    select customer_uid, lifecycle_stage, churn_risk_score, health_score, days_since_activity
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
),

stages as (
    select
        position,
        lifecycle_stage,
        count(customer_uid) as customers,
        coalesce(sum(revenue), 0)::decimal(38, 2) as revenue,
        coalesce(sum((revenue::double * churn_risk_score)::decimal(18, 2)) filter (lifecycle_stage <> 'Churned'), 0)
            as revenue_at_risk,
        round(avg(health_score), 6) as health,
        median(days_since_activity) as days_since_activity
    from (
        values (1, 'Activated'), (2, 'Growing'), (3, 'Loyal'), (4, 'Champion'), (5, 'At-Risk'), (6, 'Dormant'),
            (7, 'Churned')
    ) as stage(position, lifecycle_stage)
    left join customers using (lifecycle_stage)
    left join revenue using (customer_uid)
    where exists (select 1 from customers)
    group by position, lifecycle_stage
)

select
    position,
    lifecycle_stage,
    customers,
    customers / nullif(sum(customers) over (), 0)::double as share,
    revenue,
    revenue_at_risk,
    case
        when lifecycle_stage in ('At-Risk', 'Dormant') then revenue_at_risk * $won_back::double
        else 0
    end::decimal(38, 2) as saved,
    health,
    days_since_activity
from stages
order by position
