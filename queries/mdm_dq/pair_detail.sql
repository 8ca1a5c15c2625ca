-- One pair side by side: each field of both records, how far they agree, what that adds, and the match score.
-- grain:   field
-- columns: field VARCHAR, field_order INTEGER, record_a VARCHAR, record_b VARCHAR, agreement DOUBLE, weight DOUBLE,
--          contribution DOUBLE
-- params:  $pair_id VARCHAR
-- The contributions add up to the last row, the score. The weights are those that the run stored; a missing field adds nothing.

with pair as (
    select * from gold.mdm_match_pairs where pair_id = $pair_id
),

rule as (
    select unnest(
        from_json(rules -> '$.comparisons', '[{"field": "VARCHAR", "weight": "INTEGER"}]')
    ) as comparison
    from (select rules from mdm.match_run order by length(run_id) desc, run_id desc limit 1)
),

field as (
    select
        'name' as field, 1 as field_order, 'Name' as label, a.name as record_a, b.name as record_b,
        pair.name_similarity as agreement
    from pair
    join silver.customer as a on pair.customer_a = a.record_id
    join silver.customer as b on pair.customer_b = b.record_id
    union all
    select 'email', 2, 'E-mail', a.email, b.email, pair.email_match
    from pair
    join silver.customer as a on pair.customer_a = a.record_id
    join silver.customer as b on pair.customer_b = b.record_id
    union all
    select 'phone', 3, 'Phone', a.phone, b.phone, pair.phone_match
    from pair
    join silver.customer as a on pair.customer_a = a.record_id
    join silver.customer as b on pair.customer_b = b.record_id
    union all
    select
        'address', 4, 'Address',
        concat_ws(', ', a.street, concat_ws(' ', a.postal_code, a.city), a.country),
        concat_ws(', ', b.street, concat_ws(' ', b.postal_code, b.city), b.country),
        pair.address_similarity
    from pair
    join silver.customer as a on pair.customer_a = a.record_id
    join silver.customer as b on pair.customer_b = b.record_id
    union all
    select 'source', 5, 'Source', pair.customer_a, pair.customer_b, pair.source_bonus
    from pair
)

select
    field.label as field,
    field.field_order::integer as field_order,
    field.record_a,
    field.record_b,
    field.agreement,
    rule.comparison.weight / 100 as weight,
    coalesce(field.agreement, 0) * rule.comparison.weight / 100 as contribution
from field
join rule on rule.comparison.field = field.field
union all
select 'Score', 6, null, null, null, null, match_score
from pair
order by field_order
