-- Products with their margin.
-- grain:   product_id
-- columns: product_id VARCHAR, product_name VARCHAR, category VARCHAR, subcategory VARCHAR, unit_price DECIMAL(18,2),
--          cost_price DECIMAL(18,2), margin_pct DOUBLE, is_recurring BOOLEAN, is_active BOOLEAN
-- margin_pct is 0 to 100: the share of the list price that the cost leaves.

select
    product_id,
    product_name,
    category,
    subcategory,
    unit_price,
    cost_price,
    cast(round(100.0 * (unit_price - cost_price) / nullif(unit_price, 0), 2) as double) as margin_pct,
    is_recurring,
    is_active
from {{ ref('product') }}
order by product_id
