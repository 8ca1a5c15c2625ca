-- From the revenue of the period compared with to the revenue of this one, through units, product mix and price;
-- exact. Volume: the change in units at the average price before. Price: the change of each product's average price on
-- the units sold now, for products sold in both periods. Mix: the rest, that is dearer or cheaper products, new and
-- dropped ones.
-- grain:   step
-- columns: position INTEGER, step VARCHAR, amount DECIMAL(38,2), share_of_before DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

products as (
    select
        product_id,
        coalesce(sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end), 0) as before,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0) as now,
        coalesce(sum(quantity) filter (order_date >= $compare_start and order_date < $compare_end), 0) as units_before,
        coalesce(sum(quantity) filter (order_date >= $start and order_date < $end), 0) as units
    from gold.fact_sales
    join customers using (customer_uid)
    group by product_id
),

totals as (
    select
        sum(before) as before,
        sum(now) as now,
        round(((sum(units) - sum(units_before)) * sum(before)::double / nullif(sum(units_before), 0)), 2)
            ::decimal(38, 2) as volume,
        round(
            sum((now::double - units * before::double / nullif(units_before, 0))::decimal(38, 6))
                filter (units > 0 and units_before > 0), 2
        )::decimal(38, 2) as price
    from products
),

steps as (
    select
        unnest([1, 2, 3, 4, 5]) as position,
        unnest(['Before', 'Volume', 'Mix', 'Price', 'Now']) as step,
        unnest([before, volume, now - before - volume - coalesce(price, 0), coalesce(price, 0), now])
            ::decimal(38, 2) as amount,
        before
    from totals
    where before > 0
)

select position, step, amount, amount::double / nullif(before, 0)::double as share_of_before
from steps
order by position
