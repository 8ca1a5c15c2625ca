-- Pairs that wait for a steward, the highest score first, with what depends on the decision.
-- grain:   pair_id
-- columns: pair_id VARCHAR, match_score DOUBLE, name_a VARCHAR, name_b VARCHAR, systems VARCHAR, country VARCHAR,
--          customer_uid_a VARCHAR, customer_uid_b VARCHAR, revenue DECIMAL(38,2), orders BIGINT, why VARCHAR
-- params:  none
-- revenue and orders: of both customers together, over all time. why: the fields that disagree or are missing.

with revenue as (
    select customer_uid, sum(line_total) as revenue, count(*) as orders
    from gold.fact_sales
    group by customer_uid
)

select
    pair.pair_id,
    pair.match_score,
    a.name as name_a,
    b.name as name_b,
    a.source_system || ' / ' || b.source_system as systems,
    coalesce(a.country, b.country) as country,
    pair.customer_uid_a,
    pair.customer_uid_b,
    (coalesce(revenue_a.revenue, 0) + coalesce(revenue_b.revenue, 0))::decimal(38, 2) as revenue,
    coalesce(revenue_a.orders, 0) + coalesce(revenue_b.orders, 0) as orders,
    concat_ws(
        ', ',
        case when pair.name_similarity < 0.95 then 'name' end,
        case when coalesce(pair.email_match, 0) < 1 then 'e-mail' end,
        case when coalesce(pair.phone_match, 0) < 1 then 'phone' end,
        case when coalesce(pair.address_similarity, 0) < 0.9 then 'address' end,
        case when pair.source_bonus < 1 then 'same system' end
    ) as why
from gold.mdm_match_pairs as pair
join silver.customer as a on pair.customer_a = a.record_id
join silver.customer as b on pair.customer_b = b.record_id
left join revenue as revenue_a on pair.customer_uid_a = revenue_a.customer_uid
left join revenue as revenue_b on pair.customer_uid_b = revenue_b.customer_uid
where pair.steward_status = 'Pending'
order by pair.match_score desc, pair.pair_id
