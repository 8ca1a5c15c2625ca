-- Every rule of every gate in this release, those with bad rows first.
-- grain:   gate, table_name, rule_id
-- columns: gate VARCHAR, table_name VARCHAR, rule_id VARCHAR, rule VARCHAR, dimension VARCHAR, severity VARCHAR,
--          checked BIGINT, failed BIGINT, failed_share DOUBLE, tolerated_share DOUBLE, success BOOLEAN, outcome VARCHAR
-- params:  none

with run as (
    select run_id from mdm.match_run order by length(run_id) desc, run_id desc limit 1
)

select
    replace(gate, '_to_', ' → ') as gate,
    table_name,
    rule_id,
    replace(rule_id, '_', ' ') as rule,
    dimension,
    severity,
    checked,
    failed,
    failed_share,
    tolerated_share,
    success,
    case
        when not success and severity = 'critical' then 'Stops'
        when not success then 'Warns'
        when failed > 0 then 'Tolerated'
        else 'Passed'
    end as outcome
from mdm.quality_result
join run using (run_id)
order by success, failed desc, gate, table_name, rule_id
