-- Where the customer base stands on the as-of date, beside where it stood when the period began. At risk: more than 45
-- days without any activity (At-Risk or Dormant). Churn is dated on the last activity, as no system sends the day a
-- contract ended; the churn rate is those lost in the period over those under contract when it began. Revenue at risk:
-- the revenue of the last twelve months times the churn risk, of customers not yet churned.
-- grain:   one row
-- columns: customers BIGINT, customers_start BIGINT, joined BIGINT, lost BIGINT, churn_rate DOUBLE, at_risk BIGINT,
--          at_risk_share DOUBLE, at_risk_share_start DOUBLE, buyers BIGINT, repeat_share DOUBLE,
--          revenue DECIMAL(38,2), revenue_at_risk DECIMAL(38,2), revenue_at_risk_share DOUBLE, health DOUBLE,
--          tenure DOUBLE
-- params:  $start DATE, $end DATE, $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        created_date,
        last_activity_date,
        status = 'Churned' as is_churned,
        lifecycle_stage in ('At-Risk', 'Dormant') as is_at_risk,
        churn_risk_score,
        tenure_months,
        total_orders,
        health_score
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

last_seen as (
    select customer_uid, max(activity_date) as last_seen
    from gold.customer_activity
    where activity_date < $start
    group by customer_uid
),

at_start as (
    select
        count(*) as customers,
        count(*) filter (
            created_date <= $start::date - interval 3 month
            and date_diff('day', coalesce(last_seen, created_date), $start::date - 1) > 45
        ) as at_risk
    from customers
    left join last_seen using (customer_uid)
    where created_date < $start
        and not (is_churned and coalesce(last_activity_date, created_date) < $start)
),

revenue as (
    select customer_uid, sum(line_total) as revenue
    from gold.fact_sales
    where order_date > $as_of::date - interval 12 month and order_date <= $as_of
    group by customer_uid
),

now as (
    select
        count(*) filter (not is_churned) as customers,
        count(*) filter (created_date >= $start and created_date < $end) as joined,
        count(*) filter (
            is_churned
            and coalesce(last_activity_date, created_date) >= $start
            and coalesce(last_activity_date, created_date) < $end
        ) as lost,
        count(*) filter (is_at_risk) as at_risk,
        count(*) filter (total_orders > 0) as buyers,
        count(*) filter (total_orders > 1) as repeaters,
        coalesce(sum(revenue) filter (not is_churned), 0) as revenue,
        coalesce(sum((revenue::double * churn_risk_score)::decimal(18, 2)) filter (not is_churned), 0)
            as revenue_at_risk,
        round(avg(health_score) filter (not is_churned), 6) as health,
        median(tenure_months) filter (not is_churned) as tenure
    from customers
    left join revenue using (customer_uid)
)

select
    now.customers,
    at_start.customers as customers_start,
    joined,
    lost,
    lost / nullif(at_start.customers, 0)::double as churn_rate,
    now.at_risk,
    now.at_risk / nullif(now.customers, 0)::double as at_risk_share,
    case
        when $start >= (select min(date_key) + 90 from gold.dim_date)
            then at_start.at_risk / nullif(at_start.customers, 0)::double
    end as at_risk_share_start,
    buyers,
    repeaters / nullif(buyers, 0)::double as repeat_share,
    revenue,
    revenue_at_risk,
    revenue_at_risk::double / nullif(revenue, 0)::double as revenue_at_risk_share,
    health,
    tenure
from now, at_start
