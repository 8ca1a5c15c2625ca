-- One sentence: what the run behind this release did with the source records, and what changed since the run before it.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  none

with run as (
    select *, row_number() over (order by length(run_id) desc, run_id desc) as age
    from mdm.match_run
),

merged as (
    select
        count(*) filter (where link_rule like 'DET-%') as by_key,
        count(*) filter (where link_rule = 'AUTO_MERGE') as by_score,
        count(*) filter (where link_rule = 'STEWARD') as by_steward
    from mdm.crosswalk
),

waiting as (
    select count(*) as pairs
    from gold.mdm_match_pairs
    where steward_status = 'Pending'
)

select
    format(
        '**{:,}** source records are **{:,}** customers: {:,} merges by trusted key, {:,} by score{}. {:,} pairs wait for a '
        || 'steward.{}',
        now.source_records,
        now.golden_customers,
        merged.by_key,
        merged.by_score,
        case when merged.by_steward > 0 then format(', {:,} by a steward', merged.by_steward) else '' end,
        waiting.pairs,
        case
            when before.golden_customers is null then ''
            when now.golden_customers = before.golden_customers then ' As many customers as in the run before.'
            else format(
                ' {} {} than in the run before.',
                case abs(now.golden_customers - before.golden_customers)
                    when 1 then '1 customer'
                    else format('{:,} customers', abs(now.golden_customers - before.golden_customers))
                end,
                case when now.golden_customers > before.golden_customers then 'more' else 'fewer' end
            )
        end
    ) as sentence,
    case when waiting.pairs > 0 then 'neutral' else 'good' end as tone
from run as now
left join run as before on before.age = 2
cross join merged
cross join waiting
where now.age = 1
