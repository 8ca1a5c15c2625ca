-- The quality gates of this release: rules and rows by gate.
-- grain:   gate
-- columns: gate VARCHAR, gate_order INTEGER, tables BIGINT, rules BIGINT, passed BIGINT, tolerated BIGINT, warned BIGINT,
--          stopped BIGINT, checked_rows BIGINT, failed_rows BIGINT, quarantined BIGINT, row_pass_share DOUBLE,
--          state VARCHAR
-- params:  none
-- tolerated: passed with bad rows below the rule's limit. checked_rows counts a row once for every rule that looks at it.

with run as (
    select run_id from mdm.match_run order by length(run_id) desc, run_id desc limit 1
),

result as (
    select
        gate,
        count(distinct table_name) as tables,
        count(*) as rules,
        count(*) filter (where success and failed = 0) as passed,
        count(*) filter (where success and failed > 0) as tolerated,
        count(*) filter (where not success and severity = 'warning') as warned,
        count(*) filter (where not success and severity = 'critical') as stopped,
        sum(checked) as checked_rows,
        sum(failed) as failed_rows
    from mdm.quality_result
    join run using (run_id)
    group by gate
),

quarantine as (
    select gate, count(*) as quarantined
    from silver.quarantine
    group by gate
)

select
    case result.gate
        when 'bronze_to_silver' then 'Bronze → Silver'
        when 'silver_to_mdm' then 'Silver → MDM'
        when 'mdm_to_gold' then 'MDM → Gold'
        else result.gate
    end as gate,
    case result.gate when 'bronze_to_silver' then 1 when 'silver_to_mdm' then 2 else 3 end as gate_order,
    result.tables,
    result.rules,
    result.passed,
    result.tolerated,
    result.warned,
    result.stopped,
    result.checked_rows::bigint as checked_rows,
    result.failed_rows::bigint as failed_rows,
    coalesce(quarantine.quarantined, 0) as quarantined,
    round(1 - result.failed_rows / nullif(result.checked_rows, 0), 6) as row_pass_share,
    case when result.stopped > 0 then 'Stopped' when result.warned > 0 then 'Passed with warnings' else 'Passed' end
        as state
from result
left join quarantine on result.gate = quarantine.gate
order by gate_order
