-- Calendar days, from the first day of the year of the first order to the as-of date.
-- grain:   date_key
-- columns: date_key DATE, year INTEGER, quarter INTEGER, month INTEGER, month_name VARCHAR, week INTEGER,
--          day_of_week INTEGER, is_weekend BOOLEAN
-- week is the ISO week; day_of_week is 1 for Monday to 7 for Sunday.

with bounds as (
    select
        (select cast(date_trunc('year', min(order_date)) as date) from {{ ref('fact_sales') }}) as first_day,
        (select as_of_date from {{ ref('as_of') }}) as last_day
),

day as (
    select cast(unnest(generate_series(first_day, last_day, interval 1 day)) as date) as date_key
    from bounds
)

select
    date_key,
    cast(year(date_key) as integer) as year,
    cast(quarter(date_key) as integer) as quarter,
    cast(month(date_key) as integer) as month,
    case month(date_key)
        when 1 then 'January'
        when 2 then 'February'
        when 3 then 'March'
        when 4 then 'April'
        when 5 then 'May'
        when 6 then 'June'
        when 7 then 'July'
        when 8 then 'August'
        when 9 then 'September'
        when 10 then 'October'
        when 11 then 'November'
        when 12 then 'December'
    end as month_name,
    cast(extract(week from date_key) as integer) as week,
    cast(extract(isodow from date_key) as integer) as day_of_week,
    extract(isodow from date_key) >= 6 as is_weekend
from day
order by date_key
