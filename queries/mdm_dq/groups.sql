-- Corporate groups: sister companies that stewards kept apart, below their parent, with what each and all bring.
-- grain:   customer_uid
-- columns: parent_uid VARCHAR, parent VARCHAR, customer_uid VARCHAR, company VARCHAR, is_parent BOOLEAN,
--          segment VARCHAR, country VARCHAR, status VARCHAR, revenue DECIMAL(38,2), group_revenue DECIMAL(38,2),
--          companies BIGINT
-- params:  $uid VARCHAR
-- $uid: a customer whose group alone is asked for, or null for all. Revenue is over all time; the parent is the oldest
-- customer of the group.

with revenue as (
    select customer_uid, sum(line_total) as revenue
    from gold.fact_sales
    group by customer_uid
),

member as (
    select
        family.parent_uid,
        parent.full_name as parent,
        family.customer_uid,
        company.full_name as company,
        family.customer_uid = family.parent_uid as is_parent,
        company.segment,
        company.country,
        company.status,
        coalesce(revenue.revenue, 0)::decimal(38, 2) as revenue
    from mdm.customer_hierarchy as family
    join gold.dim_customer as company on family.customer_uid = company.customer_uid and company.is_current
    join gold.dim_customer as parent on family.parent_uid = parent.customer_uid and parent.is_current
    left join revenue on family.customer_uid = revenue.customer_uid
    where $uid is null
        or family.parent_uid in (select parent_uid from mdm.customer_hierarchy where customer_uid = $uid)
)

select
    *,
    sum(revenue) over (partition by parent_uid) as group_revenue,
    count(*) over (partition by parent_uid) as companies
from member
order by group_revenue desc, parent_uid, is_parent desc, revenue desc, customer_uid
