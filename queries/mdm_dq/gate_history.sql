-- Rows that broke a rule, by gate and run: the last six runs.
-- grain:   gate, run
-- columns: gate VARCHAR, gate_order INTEGER, run VARCHAR, run_order BIGINT, rules BIGINT, passed BIGINT, failed_rows BIGINT
-- params:  none

with run as (
    select run_id, row_number() over (order by length(run_id) desc, run_id desc) as age
    from mdm.match_run
)

select
    case result.gate
        when 'bronze_to_silver' then 'Bronze → Silver'
        when 'silver_to_mdm' then 'Silver → MDM'
        when 'mdm_to_gold' then 'MDM → Gold'
        else result.gate
    end as gate,
    case result.gate when 'bronze_to_silver' then 1 when 'silver_to_mdm' then 2 else 3 end as gate_order,
    'Run ' || ltrim(regexp_extract(run.run_id, '\d+$'), '0') as run,
    -run.age as run_order,
    count(*) as rules,
    count(*) filter (where result.success) as passed,
    sum(result.failed)::bigint as failed_rows
from mdm.quality_result as result
join run using (run_id)
where run.age <= 6
group by result.gate, run.run_id, run.age
order by run_order, gate_order
