-- What each discount step costs: list value, revenue and the difference, by the discount of the line.
-- grain:   discount
-- columns: discount INTEGER, step VARCHAR, orders BIGINT, list_value DECIMAL(38,2), revenue DECIMAL(38,2),
--          given_away DECIMAL(38,2), share_of_list DOUBLE, margin DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

steps as (
    select
        discount_pct as discount,
        count(distinct order_id) as orders,
        sum(quantity * unit_price) as list_value,
        sum(line_total) as revenue,
        sum(profit) as profit
    from gold.fact_sales
    join customers using (customer_uid)
    where order_date >= $start and order_date < $end
    group by discount_pct
)

select
    discount,
    discount || '%' as step,
    orders,
    list_value::decimal(38, 2) as list_value,
    revenue,
    (list_value - revenue)::decimal(38, 2) as given_away,
    list_value::double / nullif(sum(list_value) over (), 0)::double as share_of_list,
    profit::double / nullif(revenue, 0)::double as margin
from steps
order by discount
