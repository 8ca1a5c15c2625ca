-- Customers by the quarter they joined, and how many of them were active in each quarter of their tenure, counted from
-- each customer's own first day. Active: any order, interaction or known web event; joining itself counts, so quarter
-- 0 is 100 %. Revenue: that of the quarter over that of quarter 0. A cell is shown once the youngest customer of the
-- cohort has lived it.
-- grain:   cohort, quarter
-- columns: cohort VARCHAR, quarter BIGINT, label VARCHAR, customers BIGINT, active BIGINT, retention DOUBLE,
--          revenue DECIMAL(38,2), revenue_retention DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, created_date, date_trunc('quarter', created_date)::date as joined
    from gold.dim_customer
    where is_current
        and created_date >= (select min(date_key) from gold.dim_date)
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

lived as (
    select
        customer_uid,
        joined,
        ((year(activity_date) - year(created_date)) * 12 + month(activity_date) - month(created_date)
        - case when day(activity_date) < day(created_date) then 1 else 0 end) // 3 as quarter,
        revenue
    from customers
    join gold.customer_activity using (customer_uid)
    where activity_date >= created_date and activity_date <= $as_of
    union all
    select customer_uid, joined, 0, 0
    from customers
),

cohorts as (
    select joined, count(*) as customers, max(created_date) as youngest
    from customers
    group by joined
),

cells as (
    select joined, cohorts.customers, youngest, ages.quarter
    from cohorts
    cross join (select unnest(range(8)) as quarter) as ages
    where ages.quarter = 0 or youngest + interval (3 * (ages.quarter + 1)) month <= $as_of::date + 1
),

measured as (
    select joined, quarter, count(distinct customer_uid) as active, sum(revenue) as revenue
    from lived
    group by joined, quarter
),

filled as (
    select
        joined,
        quarter,
        customers,
        coalesce(active, 0) as active,
        coalesce(revenue, 0)::decimal(38, 2) as revenue,
        youngest + interval (3 * (quarter + 1)) month <= $as_of::date + 1 as is_whole
    from cells
    left join measured using (joined, quarter)
)

select
    year(joined) || ' Q' || quarter(joined) as cohort,
    quarter,
    'Q+' || quarter as label,
    customers,
    active,
    active / nullif(customers, 0)::double as retention,
    case when is_whole then revenue end as revenue,
    case
        when is_whole
            then revenue::double
                / nullif(first_value(revenue) over (partition by joined order by quarter), 0)
    end as revenue_retention
from filled
order by joined, quarter
