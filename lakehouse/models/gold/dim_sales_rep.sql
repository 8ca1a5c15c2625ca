-- Sales representatives.
-- grain:   sales_rep_id
-- columns: sales_rep_id VARCHAR, sales_rep VARCHAR, region VARCHAR, hired_date DATE

select
    sales_rep_id,
    sales_rep,
    region,
    hired_date
from {{ ref('sales_rep') }}
order by sales_rep_id
