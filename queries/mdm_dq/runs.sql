-- Every run of the pipeline: what it matched, and how its quality gates ended.
-- grain:   run_id
-- columns: run_id VARCHAR, run VARCHAR, source_records BIGINT, golden_customers BIGINT, review BIGINT, rules BIGINT,
--          passed BIGINT, rule_pass_share DOUBLE, row_pass_share DOUBLE, failed_rows BIGINT
-- params:  none
-- rule_pass_share: rules passed / executed; row_pass_share: 1 - failed rows / checked rows.

select
    run.run_id,
    'Run ' || ltrim(regexp_extract(run.run_id, '\d+$'), '0') as run,
    run.source_records,
    run.golden_customers,
    run.review,
    count(result.rule_id) as rules,
    count(*) filter (where result.success) as passed,
    round(count(*) filter (where result.success) / nullif(count(result.rule_id), 0), 6) as rule_pass_share,
    round(1 - sum(result.failed) / nullif(sum(result.checked), 0), 6) as row_pass_share,
    coalesce(sum(result.failed), 0)::bigint as failed_rows
from mdm.match_run as run
left join mdm.quality_result as result using (run_id)
group by run.run_id, run.source_records, run.golden_customers, run.review
order by length(run.run_id), run.run_id
