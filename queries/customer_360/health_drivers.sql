-- How one customer's health comes about: from 100, less the churn risk (a base, the days without activity, the share
-- of negative interactions of the last ninety days, an ended contract), moved by recent sentiment; the steps sum
-- exactly.
-- grain:   step
-- columns: position INTEGER, step VARCHAR, amount DOUBLE
-- params:  $uid VARCHAR, $as_of DATE

with customer as (
    select customer_uid, lifecycle_stage, churn_risk_score, health_score
    from gold.dim_customer_lifecycle
    where customer_uid = $uid
),

contacts as (
    select coalesce(sum(negative) / nullif(sum(interactions), 0)::double, 0) as negative_share
    from gold.customer_activity
    where customer_uid = $uid and activity_date > $as_of::date - interval 90 day and activity_date <= $as_of
),

parts as (
    select
        health_score,
        100 * churn_risk_score as risk,
        lifecycle_stage = 'Churned' as is_lost,
        case when lifecycle_stage in ('At-Risk', 'Dormant', 'Churned') then 0 else 2 end as base,
        case when lifecycle_stage in ('At-Risk', 'Dormant', 'Churned') then 0 else 5 * negative_share end as negative
    from customer, contacts
),

steps as (
    select
        unnest([1, 2, 3, 4, 5, 6, 7]) as position,
        unnest(['Best', 'Base risk', 'Silent days', 'Complaints', 'Ended',
            'Sentiment', 'Health']) as step,
        unnest([
            100,
            -base,
            case when is_lost then 0 else base + negative - risk end,
            -negative,
            case when is_lost then -risk else 0 end,
            health_score - (100 - risk),
            health_score
        ])::double as amount
    from parts
)

select position, step, amount
from steps
where amount <> 0 or step in ('Best', 'Health')
order by position
