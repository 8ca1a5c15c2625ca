-- Customers by churn-risk tier and lifecycle stage on the as-of date, with the revenue of the last twelve months.
-- grain:   churn_risk_tier, lifecycle_stage
-- columns: tier_position INTEGER, churn_risk_tier VARCHAR, lifecycle_stage VARCHAR, customers BIGINT,
--          revenue DECIMAL(38,2), revenue_at_risk DECIMAL(38,2)
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, churn_risk_tier, lifecycle_stage, churn_risk_score
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
    case churn_risk_tier when 'Low' then 1 when 'Medium' then 2 else 3 end as tier_position,
    churn_risk_tier,
    lifecycle_stage,
    count(*) as customers,
    coalesce(sum(revenue), 0)::decimal(38, 2) as revenue,
    coalesce(sum((revenue::double * churn_risk_score)::decimal(18, 2)) filter (lifecycle_stage <> 'Churned'), 0)
        as revenue_at_risk
from customers
left join revenue using (customer_uid)
group by all
order by tier_position, min(churn_risk_score), lifecycle_stage
