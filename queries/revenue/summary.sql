-- Revenue, margin, orders, price realisation and recurring revenue of the period, beside the period compared with.
-- Recurring revenue is what lines of recurring products brought in the twelve months before the period's end (null
-- where the calendar does not reach back that far); price realisation is revenue over the list value of the same
-- lines.
-- grain:   one row
-- columns: revenue DECIMAL(38,2), revenue_before DECIMAL(38,2), profit DECIMAL(38,2), profit_before DECIMAL(38,2),
--          margin DOUBLE, margin_before DOUBLE, orders BIGINT, orders_before BIGINT, buyers BIGINT, customers BIGINT,
--          average_order DOUBLE, average_order_before DOUBLE, median_order DOUBLE, large_order DOUBLE,
--          realisation DOUBLE, realisation_before DOUBLE, discounts DECIMAL(38,2), recurring DECIMAL(38,2),
--          recurring_before DECIMAL(38,2), recurring_share DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

sales as (
    select
        order_id,
        customer_uid,
        line_total,
        profit,
        quantity * fact_sales.unit_price as list_value,
        is_recurring,
        coalesce(order_date >= $start and order_date < $end, false) as is_now,
        coalesce(order_date >= $compare_start and order_date < $compare_end, false) as is_before,
        coalesce(order_date >= $end::date - interval 12 month and order_date < $end, false) as is_year,
        coalesce(order_date >= $compare_end::date - interval 12 month and order_date < $compare_end, false)
            as is_year_before
    from gold.fact_sales
    join customers using (customer_uid)
    join gold.dim_product using (product_id)
),

calendar as (
    select min(date_key) as first_day
    from gold.dim_date
),

totals as (
    select
        coalesce(sum(line_total) filter (is_now), 0) as revenue,
        sum(line_total) filter (is_before) as revenue_before,
        coalesce(sum(profit) filter (is_now), 0) as profit,
        sum(profit) filter (is_before) as profit_before,
        count(distinct order_id) filter (is_now) as orders,
        count(distinct order_id) filter (is_before) as orders_before,
        count(distinct customer_uid) filter (is_now) as buyers,
        median(line_total::double) filter (is_now) as median_order,
        quantile_cont(line_total::double, 0.9) filter (is_now) as large_order,
        coalesce(sum(list_value) filter (is_now), 0) as list_now,
        sum(list_value) filter (is_before) as list_before,
        coalesce(sum(line_total) filter (is_year and is_recurring), 0) as recurring,
        coalesce(sum(line_total) filter (is_year_before and is_recurring), 0) as recurring_before,
        sum(line_total) filter (is_year) as revenue_year
    from sales
)

select
    revenue,
    revenue_before,
    profit,
    profit_before,
    profit::double / nullif(revenue, 0)::double as margin,
    profit_before::double / nullif(revenue_before, 0)::double as margin_before,
    orders,
    case when $compare_start is not null then orders_before end as orders_before,
    buyers,
    (select count(*) from customers) as customers,
    revenue::double / nullif(orders, 0) as average_order,
    revenue_before::double / nullif(orders_before, 0) as average_order_before,
    median_order,
    large_order,
    revenue::double / nullif(list_now, 0)::double as realisation,
    revenue_before::double / nullif(list_before, 0)::double as realisation_before,
    (list_now - revenue)::decimal(38, 2) as discounts,
    case when $end::date - interval 12 month >= first_day then recurring end as recurring,
    case when $compare_end::date - interval 12 month >= first_day then recurring_before end as recurring_before,
    recurring::double / nullif(revenue_year, 0)::double as recurring_share
from totals, calendar
