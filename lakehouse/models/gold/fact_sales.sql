-- Order lines with their cost and profit.
-- grain:   order_id
-- columns: order_id VARCHAR, customer_uid VARCHAR, product_id VARCHAR, order_date DATE, quantity INTEGER,
--          unit_price DECIMAL(18,2), discount_pct INTEGER, line_total DECIMAL(18,2), cost_total DECIMAL(18,2),
--          profit DECIMAL(18,2), order_source VARCHAR, sales_rep_id VARCHAR, ship_country VARCHAR
-- Ordered by day, so that a period reads few row groups.

with accepted as (
    select *
    from {{ ref('sales_order') }}
    where order_id not in (
        select row_key from {{ source('silver', 'quarantine') }}
        where table_name = 'silver.sales_order' and is_rejected
    )
),

costed as (
    select
        accepted.*,
        crosswalk.customer_uid,
        cast(accepted.quantity * product.cost_price as decimal(18, 2)) as cost_total
    from accepted
    join {{ source('mdm', 'crosswalk') }} as crosswalk on accepted.customer_record_id = crosswalk.record_id
    join {{ ref('product') }} as product on accepted.product_id = product.product_id
)

select
    order_id,
    customer_uid,
    product_id,
    order_date,
    quantity,
    unit_price,
    discount_pct,
    line_total,
    cost_total,
    cast(line_total - cost_total as decimal(18, 2)) as profit,
    order_source,
    sales_rep_id,
    ship_country
from costed
order by order_date, order_id
