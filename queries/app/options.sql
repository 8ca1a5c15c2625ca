-- The first day of the calendar, and the segments and countries a filter offers, largest first.
-- grain:   one row
-- columns: first_date DATE, segments VARCHAR[], countries VARCHAR[]

with current_customers as (
    select segment, country
    from gold.dim_customer
    where is_current
),

segments as (
    select segment, count(*) as customers
    from current_customers
    where segment is not null
    group by segment
),

countries as (
    select country, count(*) as customers
    from current_customers
    where country is not null
    group by country
)

select
    (select min(date_key) from gold.dim_date) as first_date,
    (select list(segment order by customers desc, segment) from segments) as segments,
    (select list(country order by customers desc, country) from countries) as countries
