-- Golden customers that hang together by the weakest link: the first to look at where a merge may have been wrong.
-- grain:   customer_uid
-- columns: customer_uid VARCHAR, full_name VARCHAR, source_records INTEGER, source_systems VARCHAR, match_score DOUBLE,
--          revenue DECIMAL(38,2), is_decided BOOLEAN
-- params:  none
-- match_score: of the weakest accepted link. is_decided: a steward approved one of its links. Revenue is over all time.

with revenue as (
    select customer_uid, sum(line_total) as revenue
    from gold.fact_sales
    group by customer_uid
),

decided as (
    select distinct customer_uid
    from mdm.crosswalk
    where link_rule = 'STEWARD'
)

select
    golden.customer_uid,
    golden.full_name,
    golden.source_records,
    golden.source_systems,
    golden.match_score,
    coalesce(revenue.revenue, 0)::decimal(38, 2) as revenue,
    decided.customer_uid is not null as is_decided
from mdm.golden_customer as golden
left join revenue using (customer_uid)
left join decided using (customer_uid)
where golden.source_records > 1
order by golden.match_score nulls last, revenue desc, golden.customer_uid
limit 100
