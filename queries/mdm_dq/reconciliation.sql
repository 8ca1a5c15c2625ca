-- How source records become golden customers: records by system, less the merges of each rule.
-- grain:   step
-- columns: step VARCHAR, step_order INTEGER, records BIGINT, rule VARCHAR, is_total BOOLEAN
-- params:  none
-- A customer's founding record stays; each other record of it counts once, under the rule that links it.

with record as (
    select * from mdm.crosswalk
),

step as (
    select
        source_system as step,
        case source_system when 'SAP' then 1 when 'Salesforce' then 2 when 'Oracle' then 3 else 4 end as step_order,
        count(*) as records,
        null as rule,
        false as is_total
    from record
    group by source_system
    union all
    select 'Records', 5, count(*), null, true from record
    union all
    select
        case link_rule
            when 'DET-04' then 'Oracle key'
            when 'DET-01' then 'SAP number'
            when 'DET-02' then 'Same VAT'
            when 'DET-03' then 'Same details'
            when 'AUTO_MERGE' then 'By score'
            when 'STEWARD' then 'Steward'
            else link_rule
        end,
        case link_rule
            when 'DET-04' then 10
            when 'DET-01' then 11
            when 'DET-02' then 12
            when 'DET-03' then 13
            when 'AUTO_MERGE' then 20
            else 21
        end,
        -count(*),
        link_rule,
        false
    from record
    where link_rule <> 'SINGLE'
    group by link_rule
    union all
    select 'Golden', 30, count(distinct customer_uid), null, true from record
)

select step, step_order::integer as step_order, records, rule, is_total
from step
order by step_order, step
