-- The customers with the most revenue at risk (revenue of the last twelve months times churn risk): of the stage asked
-- for, else those who have been silent for more than 45 days and are not churned.
-- grain:   customer_uid
-- columns: rank BIGINT, customer_uid VARCHAR, full_name VARCHAR, segment VARCHAR, country VARCHAR,
--          lifecycle_stage VARCHAR, days_since_activity INTEGER, churn_risk_score DOUBLE, revenue DECIMAL(38,2),
--          revenue_at_risk DECIMAL(18,2), health_score DOUBLE, negative_90d BIGINT, open_deals BIGINT
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR, $stage VARCHAR

with customers as (
    select
        customer_uid,
        full_name,
        segment,
        country,
        lifecycle_stage,
        days_since_activity,
        churn_risk_score,
        health_score
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
        and case when $stage is null then lifecycle_stage in ('At-Risk', 'Dormant') else lifecycle_stage = $stage end
),

revenue as (
    select customer_uid, sum(line_total) as revenue
    from gold.fact_sales
    where order_date > $as_of::date - interval 12 month and order_date <= $as_of
    group by customer_uid
),

sentiment as (
    select customer_uid, sum(negative) as negative
    from gold.customer_activity
    where activity_date > $as_of::date - interval 90 day and activity_date <= $as_of
    group by customer_uid
),

deals as (
    select customer_uid, count(*) as open_deals
    from gold.fact_pipeline
    where is_open
    group by customer_uid
)

select
    row_number() over (
        order by coalesce(revenue, 0)::double * churn_risk_score desc, churn_risk_score desc, customer_uid
    ) as rank,
    customer_uid,
    full_name,
    segment,
    country,
    lifecycle_stage,
    days_since_activity,
    churn_risk_score,
    coalesce(revenue, 0)::decimal(38, 2) as revenue,
    (coalesce(revenue, 0)::double * churn_risk_score)::decimal(18, 2) as revenue_at_risk,
    health_score,
    coalesce(negative, 0)::bigint as negative_90d,
    coalesce(open_deals, 0) as open_deals
from customers
left join revenue using (customer_uid)
left join sentiment using (customer_uid)
left join deals using (customer_uid)
order by rank
limit 25
