-- How many corporate groups there are, and what they bring.
-- grain:   one row
-- columns: groups BIGINT, companies BIGINT, revenue DECIMAL(38,2), revenue_share DOUBLE
-- params:  none

select
    count(distinct family.parent_uid) as groups,
    count(distinct family.customer_uid) as companies,
    coalesce(sum(sale.line_total), 0)::decimal(38, 2) as revenue,
    round(coalesce(sum(sale.line_total), 0) / nullif((select sum(line_total) from gold.fact_sales), 0), 6) as revenue_share
from mdm.customer_hierarchy as family
left join gold.fact_sales as sale on family.customer_uid = sale.customer_uid
