-- What each field contributes to the match score on average, by tier; the five add up to the tier's mean score.
-- grain:   match_tier, field
-- columns: match_tier VARCHAR, tier_order INTEGER, field VARCHAR, field_order INTEGER, contribution DOUBLE, weight DOUBLE
-- params:  none
-- The weights are those that the run stored.

with rule as (
    select unnest(
        from_json(rules -> '$.comparisons', '[{"field": "VARCHAR", "column": "VARCHAR", "weight": "INTEGER"}]')
    ) as comparison
    from (select rules from mdm.match_run order by length(run_id) desc, run_id desc limit 1)
),

weight as (
    select comparison.field as field, comparison.column as similarity, comparison.weight / 100 as weight
    from rule
),

pair as (
    unpivot (
        select
            pair_id, match_tier, coalesce(name_similarity, 0) as name_similarity, coalesce(email_match, 0) as email_match,
            coalesce(phone_match, 0) as phone_match, coalesce(address_similarity, 0) as address_similarity,
            coalesce(source_bonus, 0) as source_bonus
        from gold.mdm_match_pairs
    )
    on name_similarity, email_match, phone_match, address_similarity, source_bonus
    into name similarity value agreement
)

select
    pair.match_tier,
    case pair.match_tier when 'AUTO_MERGE' then 1 when 'REVIEW' then 2 else 3 end as tier_order,
    case weight.field when 'email' then 'E-mail' else upper(left(weight.field, 1)) || substr(weight.field, 2) end as field,
    (row_number() over (partition by pair.match_tier order by weight.weight desc, weight.field))::integer as field_order,
    round(sum(pair.agreement * weight.weight order by pair.pair_id) / count(*), 6) as contribution,
    weight.weight
from pair
join weight using (similarity)
group by pair.match_tier, weight.field, weight.weight
order by tier_order, field_order
