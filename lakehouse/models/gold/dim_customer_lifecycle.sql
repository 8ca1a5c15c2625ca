-- Where each current customer stands: cohort, tenure, stage, churn risk and health, by rules and never drawn.
-- grain:   customer_uid
-- columns: customer_uid VARCHAR, cohort_month DATE, cohort_quarter VARCHAR, tenure_months INTEGER,
--          days_since_activity INTEGER, lifecycle_stage VARCHAR, churn_risk_score DOUBLE, churn_risk_tier VARCHAR,
--          total_orders BIGINT, is_repeat_customer BOOLEAN, health_score DOUBLE, nps_score INTEGER
-- Tenure is in completed months. The stage refines the status of dim_customer: New is Activated; At-Risk is Dormant
-- after more than 90 days without activity; Active is Growing, Loyal from 12 and Champion from 24 months of tenure.
-- Churn risk: Churned 1; Dormant 0.60 rising to 0.95 from day 90 to day 180; At-Risk 0.30 rising to 0.65 from day 46 to
-- day 90; all others 0.02, plus up to 0.12 for the days without activity, plus up to 0.05 for the share of negative
-- interactions in the last 90 days. Health: 100 less 100 times the risk, moved by up to 5 by the net sentiment of the
-- last 90 days, within 0 to 100.

with current_customer as (
    select
        customer.customer_uid,
        customer.created_date,
        customer.status,
        as_of.as_of_date,
        (year(as_of_date) - year(created_date)) * 12 + month(as_of_date) - month(created_date)
            - case when day(as_of_date) < day(created_date) then 1 else 0 end as tenure_months,
        date_diff('day', coalesce(last_activity_date, created_date), as_of_date) as days_since_activity
    from {{ ref('dim_customer') }} as customer
    cross join {{ ref('as_of') }} as as_of
    where customer.is_current
),

activity as (
    select
        customer_uid,
        sum(orders) as total_orders,
        sum(case when activity_date > as_of_date - interval 90 day then interactions else 0 end) as interactions_90d,
        sum(case when activity_date > as_of_date - interval 90 day then positive else 0 end) as positive_90d,
        sum(case when activity_date > as_of_date - interval 90 day then negative else 0 end) as negative_90d
    from {{ ref('customer_activity') }}
    cross join {{ ref('as_of') }}
    group by customer_uid
),

latest_nps as (
    select customer_uid, nps_score
    from {{ ref('fact_interactions') }}
    where nps_score is not null
    qualify row_number() over (partition by customer_uid order by interaction_date desc, interaction_id desc) = 1
),

staged as (
    select
        current_customer.*,
        coalesce(activity.total_orders, 0) as total_orders,
        coalesce(activity.negative_90d / nullif(cast(activity.interactions_90d as double), 0), 0) as negative_share,
        coalesce(
            (activity.positive_90d - activity.negative_90d) / nullif(cast(activity.interactions_90d as double), 0), 0
        ) as net_sentiment,
        latest_nps.nps_score,
        case
            when status = 'Churned' then 'Churned'
            when status = 'New' then 'Activated'
            when status = 'At-Risk' and days_since_activity > 90 then 'Dormant'
            when status = 'At-Risk' then 'At-Risk'
            when tenure_months >= 24 then 'Champion'
            when tenure_months >= 12 then 'Loyal'
            else 'Growing'
        end as lifecycle_stage
    from current_customer
    left join activity on current_customer.customer_uid = activity.customer_uid
    left join latest_nps on current_customer.customer_uid = latest_nps.customer_uid
),

scored as (
    select
        *,
        round(
            case lifecycle_stage
                when 'Churned' then 1.0
                when 'Dormant' then 0.60 + 0.35 * least(days_since_activity - 90, 90) / 90
                when 'At-Risk' then 0.30 + 0.35 * (days_since_activity - 46) / 44
                else 0.02 + 0.12 * least(days_since_activity, 45) / 45 + 0.05 * negative_share
            end,
            4
        ) as churn_risk_score
    from staged
)

select
    customer_uid,
    cast(date_trunc('month', created_date) as date) as cohort_month,
    year(created_date) || '-Q' || quarter(created_date) as cohort_quarter,
    cast(tenure_months as integer) as tenure_months,
    cast(days_since_activity as integer) as days_since_activity,
    lifecycle_stage,
    cast(churn_risk_score as double) as churn_risk_score,
    case
        when churn_risk_score < 0.2 then 'Low'
        when churn_risk_score < 0.5 then 'Medium'
        else 'High'
    end as churn_risk_tier,
    cast(total_orders as bigint) as total_orders,
    total_orders > 1 as is_repeat_customer,
    cast(
        round(greatest(0, least(100, 100 - 100 * churn_risk_score + 5 * net_sentiment)), 2) as double
    ) as health_score,
    nps_score
from scored
order by customer_uid
