-- The customer whose story the tour tells: in as many systems, under as many names, and worth as much as can be.
-- grain:   one row
-- columns: customer_uid VARCHAR, full_name VARCHAR, source_records BIGINT, systems VARCHAR, system_count BIGINT,
--          spellings BIGINT, record_id VARCHAR, name_a VARCHAR, system_a VARCHAR, name_b VARCHAR, system_b VARCHAR,
--          pair_score DOUBLE, golden_values BIGINT, giving_records BIGINT, lost_values BIGINT, orders BIGINT,
--          order_systems BIGINT, largest_slice DECIMAL(38,2), lifetime_value DECIMAL(18,2), value_rank BIGINT,
--          customers BIGINT
-- params:  none
-- record_id and the columns of the pair: of the merge by score with the lowest score, null where keys alone joined the records.
-- largest_slice: what the order system with the most of its revenue alone would show.

with known as (
    select
        crosswalk.customer_uid,
        count(*) as source_records,
        string_agg(distinct crosswalk.source_system, ', ' order by crosswalk.source_system) as systems,
        count(distinct crosswalk.source_system) as system_count,
        count(distinct record.name) as spellings,
        count(*) filter (crosswalk.link_rule = 'AUTO_MERGE') as merged
    from mdm.crosswalk as crosswalk
    join silver.customer as record using (record_id)
    group by crosswalk.customer_uid
),

ranked as (
    select
        customer_uid,
        full_name,
        lifetime_value,
        row_number() over (order by lifetime_value desc, customer_uid) as value_rank,
        count(*) over () as customers
    from gold.dim_customer
    where is_current
),

chosen as (
    select *
    from known
    join ranked using (customer_uid)
    order by merged > 0 desc, system_count desc, spellings desc, lifetime_value desc, customer_uid
    limit 1
),

pair as (
    select
        match.customer_b as record_id,
        a.name as name_a,
        a.source_system as system_a,
        b.name as name_b,
        b.source_system as system_b,
        match.match_score as pair_score
    from gold.mdm_match_pairs as match
    join silver.customer as a on match.customer_a = a.record_id
    join silver.customer as b on match.customer_b = b.record_id
    where match.match_tier = 'AUTO_MERGE'
        and match.customer_uid_a = (select customer_uid from chosen)
        and match.customer_uid_b = match.customer_uid_a
    order by match.match_score, match.pair_id
    limit 1
),

attributes as (
    select
        count(*) filter (is_survivor and value is not null) as golden_values,
        count(distinct record_id) filter (is_survivor and value is not null) as giving_records,
        count(*) filter (not is_survivor and value is not null) as lost_values
    from mdm.golden_attribute
    where customer_uid = (select customer_uid from chosen)
),

slices as (
    select order_source, count(distinct order_id) as orders, sum(line_total) as revenue
    from gold.fact_sales
    where customer_uid = (select customer_uid from chosen)
    group by order_source
),

sales as (
    select
        coalesce(sum(orders), 0)::bigint as orders,
        count(*) as order_systems,
        max(revenue)::decimal(38, 2) as largest_slice
    from slices
)

select
    chosen.customer_uid,
    chosen.full_name,
    chosen.source_records,
    chosen.systems,
    chosen.system_count,
    chosen.spellings,
    pair.record_id,
    pair.name_a,
    pair.system_a,
    pair.name_b,
    pair.system_b,
    pair.pair_score,
    attributes.golden_values,
    attributes.giving_records,
    attributes.lost_values,
    sales.orders,
    sales.order_systems,
    sales.largest_slice,
    chosen.lifetime_value,
    chosen.value_rank,
    chosen.customers
from chosen
left join pair on true
cross join attributes
cross join sales
