-- What one customer bought in each quarter since the records begin; a quarter without orders stays.
-- grain:   quarter
-- columns: quarter DATE, label VARCHAR, revenue DECIMAL(38,2), profit DECIMAL(38,2), orders BIGINT
-- params:  $uid VARCHAR, $as_of DATE

with quarters as (
    select distinct date_trunc('quarter', date_key)::date as quarter
    from gold.dim_date
    where date_key <= $as_of
),

sales as (
    select
        date_trunc('quarter', order_date)::date as quarter,
        sum(line_total) as revenue,
        sum(profit) as profit,
        count(distinct order_id) as orders
    from gold.fact_sales
    where customer_uid = $uid
    group by all
)

select
    quarters.quarter,
    'Q' || quarter(quarters.quarter) || ' ' || year(quarters.quarter) as label,
    coalesce(sales.revenue, 0)::decimal(38, 2) as revenue,
    coalesce(sales.profit, 0)::decimal(38, 2) as profit,
    coalesce(sales.orders, 0) as orders
from quarters
left join sales on quarters.quarter = sales.quarter
order by quarters.quarter
