-- The share of customers still under contract after so many months (Kaplan-Meier), all together and by segment, with a
-- 95 % band (Greenwood). Churn is dated on the last activity of customers whose contract has ended; the others are
-- censored on the as-of date. Customers older than the first recorded activity enter at the tenure they had then. A
-- month is shown while at least ten customers were at risk in it.
-- grain:   segment, month
-- columns: segment VARCHAR, month BIGINT, at_risk BIGINT, lost BIGINT, survival DOUBLE, low DOUBLE, high DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        coalesce(segment, 'Unknown') as segment,
        status = 'Churned' as is_churned,
        floor(greatest(
            0, date_diff('day', created_date, (select min(date_key) from gold.dim_date))
        ) / 30.4375)::integer as entered,
        floor(greatest(
            0,
            date_diff('day', created_date, case when status = 'Churned' then last_activity_date else $as_of::date end)
        ) / 30.4375)::integer as left_at
    from gold.dim_customer
    where is_current
        and created_date <= $as_of
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

grouped as (
    select 'All customers' as segment, is_churned, entered, coalesce(left_at, entered) as left_at
    from customers
    union all
    select segment, is_churned, entered, coalesce(left_at, entered)
    from customers
),

hazards as (
    select
        segment,
        ages.month,
        count(*) filter (entered <= ages.month and left_at >= ages.month) as at_risk,
        count(*) filter (is_churned and entered <= ages.month and left_at = ages.month) as lost
    from grouped
    cross join (select unnest(range(37)) as month) as ages
    group by segment, ages.month
    having at_risk >= 10
),

connected as (
    select *
    from hazards
    qualify month = row_number() over (partition by segment order by month) - 1
),

curves as (
    select
        segment,
        month + 1 as month,
        at_risk,
        lost,
        round(exp(sum(ln(greatest(1 - lost / at_risk::double, 1e-12))) over so_far), 9) as survival,
        sqrt(sum(lost / nullif(at_risk * (at_risk - lost), 0)::double) over so_far) as spread
    from connected
    window so_far as (partition by segment order by month)
    union all
    select segment, 0, any_value(at_risk) filter (month = 0), 0, 1, 0
    from connected
    group by segment
)

select
    segment,
    month,
    at_risk,
    lost,
    survival,
    greatest(0, survival * (1 - 1.96 * coalesce(spread, 0))) as low,
    least(1, survival * (1 + 1.96 * coalesce(spread, 0))) as high
from curves
order by segment <> 'All customers', segment, month
