-- The churn risk put to the test: the same rules applied to what was known at each of the last twelve month ends that
-- are at least ninety days past, against what then happened. Silent: no activity of any kind in the following ninety
-- days.
-- grain:   bin
-- columns: bin DOUBLE, churn_risk_tier VARCHAR, cases BIGINT, predicted DOUBLE, observed DOUBLE, low DOUBLE,
--          high DOUBLE, auc DOUBLE, brier DOUBLE, brier_of_base_rate DOUBLE, base_rate DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        created_date,
        case when status = 'Churned' then coalesce(last_activity_date, created_date) end as ended_on
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

ends as (
    select last_day(date_key) as day
    from gold.dim_date
    where day(date_key) = 1
        and last_day(date_key) <= $as_of::date - 90
        and last_day(date_key) >= (select min(date_key) + 90 from gold.dim_date)
    order by day desc
    limit 12
),

states as (
    select customer_uid, created_date, ends.day
    from customers
    join ends on created_date <= ends.day
    where ended_on is null or ended_on > ends.day
),

known as (
    select
        states.customer_uid,
        states.day,
        any_value(states.created_date) as created_date,
        max(activity_date) filter (activity_date <= states.day) as last_seen,
        coalesce(sum(negative) filter (activity_date <= states.day and activity_date > states.day - 90), 0)
        / nullif(sum(interactions) filter (activity_date <= states.day and activity_date > states.day - 90), 0)::double
            as negative_share,
        count(activity_date) filter (activity_date > states.day) = 0 as is_silent
    from states
    left join gold.customer_activity
        on customer_activity.customer_uid = states.customer_uid and activity_date <= states.day + 90
    group by states.customer_uid, states.day
),

aged as (
    select
        *,
        date_diff('day', coalesce(last_seen, created_date), day) as silent_days,
        created_date > day - interval 3 month as is_new
    from known
),

scored as (
    select
        is_silent::integer as is_silent,
        round(
            case
                when not is_new and silent_days > 90 then 0.60 + 0.35 * least(silent_days - 90, 90) / 90
                when not is_new and silent_days > 45 then 0.30 + 0.35 * (silent_days - 46) / 44
                else 0.02 + 0.12 * least(silent_days, 45) / 45 + 0.05 * coalesce(negative_share, 0)
            end,
            4
        )::double as score
    from aged
),

ranked as (
    select
        *,
        rank() over (order by score) + (count(*) over (partition by score) - 1) / 2.0 as place
    from scored
),

quality as (
    select
        round((sum(place) filter (is_silent = 1) - sum(is_silent) * (sum(is_silent) + 1) / 2.0)
        / nullif(sum(is_silent) * (count(*) - sum(is_silent)), 0), 6) as auc,
        round(avg(power(score - is_silent, 2)), 6) as brier,
        avg(is_silent) * (1 - avg(is_silent)) as brier_of_base_rate,
        avg(is_silent) as base_rate
    from ranked
),

bins as (
    select
        case when score < 0.05 then 0.0 when score < 0.1 then 0.05 else floor(score * 10) / 10 end::double as bin,
        count(*) as cases,
        round(avg(score), 6) as predicted,
        avg(is_silent) as observed,
        1.96 * sqrt((avg(is_silent) * (1 - avg(is_silent)) + 0.96 / count(*)) / count(*)) as half_width
    from scored
    group by bin
)

select
    bin,
    case when bin < 0.2 then 'Low' when bin < 0.5 then 'Medium' else 'High' end as churn_risk_tier,
    cases,
    predicted,
    observed,
    greatest(0, (observed + 1.92 / cases - half_width) / (1 + 3.84 / cases)) as low,
    least(1, (observed + 1.92 / cases + half_width) / (1 + 3.84 / cases)) as high,
    auc,
    brier,
    brier_of_base_rate,
    base_rate
from bins, quality
order by bin
