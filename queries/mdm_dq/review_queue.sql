-- Pairs that wait for a steward, the most valuable first, with what depends on the decision; skipped ones come last.
-- grain:   pair_id
-- columns: pair_id VARCHAR, match_score DOUBLE, name_a VARCHAR, name_b VARCHAR, systems VARCHAR, country VARCHAR,
--          record_a VARCHAR, record_b VARCHAR, customer_uid_a VARCHAR, customer_uid_b VARCHAR, revenue DECIMAL(38,2), orders BIGINT, records BIGINT,
--          why VARCHAR, skipped VARCHAR
-- params:  none
-- revenue, orders and records: of both customers together, over all time. why: the fields that disagree or are missing.
-- skipped: why a steward put the pair off, null where nobody did.

with revenue as (
    select customer_uid, sum(line_total) as revenue, count(*) as orders
    from gold.fact_sales
    group by customer_uid
),

size as (
    select customer_uid, count(*) as records
    from mdm.crosswalk
    group by customer_uid
),

skip as (
    select pair_id, max_by(reason, decided_at) as reason
    from mdm.steward_decision
    where verdict = 'skip' and decision_id not in (select value from mdm.steward_decision where verdict = 'undo')
    group by pair_id
)

select
    pair.pair_id,
    pair.match_score,
    a.name as name_a,
    b.name as name_b,
    a.source_system || ' / ' || b.source_system as systems,
    coalesce(a.country, b.country) as country,
    pair.customer_a as record_a,
    pair.customer_b as record_b,
    pair.customer_uid_a,
    pair.customer_uid_b,
    (coalesce(revenue_a.revenue, 0) + coalesce(revenue_b.revenue, 0))::decimal(38, 2) as revenue,
    coalesce(revenue_a.orders, 0) + coalesce(revenue_b.orders, 0) as orders,
    size_a.records + size_b.records as records,
    concat_ws(
        ', ',
        case when pair.name_similarity < 0.95 then 'name' end,
        case when coalesce(pair.email_match, 0) < 1 then 'e-mail' end,
        case when coalesce(pair.phone_match, 0) < 1 then 'phone' end,
        case when coalesce(pair.address_similarity, 0) < 0.9 then 'address' end,
        case when pair.source_bonus < 1 then 'same system' end
    ) as why,
    skip.reason as skipped
from gold.mdm_match_pairs as pair
join silver.customer as a on pair.customer_a = a.record_id
join silver.customer as b on pair.customer_b = b.record_id
join size as size_a on pair.customer_uid_a = size_a.customer_uid
join size as size_b on pair.customer_uid_b = size_b.customer_uid
left join revenue as revenue_a on pair.customer_uid_a = revenue_a.customer_uid
left join revenue as revenue_b on pair.customer_uid_b = revenue_b.customer_uid
left join skip using (pair_id)
where pair.steward_status = 'Pending'
order by skip.reason is not null, revenue desc, records desc, pair.match_score desc, pair.pair_id
