-- Headline figures of master data and data quality in this release, with those of the run before it.
-- grain:   one row
-- columns: source_records BIGINT, golden_customers BIGINT, golden_before BIGINT, duplicate_share DOUBLE,
--          duplicate_share_before DOUBLE, parties BIGINT, possible_pairs BIGINT, candidate_pairs BIGINT,
--          reduction DOUBLE, recorded_pairs BIGINT, auto_merge BIGINT, pending BIGINT, no_match BIGINT,
--          match_seconds DOUBLE, rules BIGINT, rules_passed BIGINT, rule_pass_share DOUBLE,
--          rule_pass_share_before DOUBLE, row_pass_share DOUBLE, row_pass_share_before DOUBLE, quarantined BIGINT,
--          rejected BIGINT, completeness DOUBLE, auto_merge_at DOUBLE, review_at DOUBLE
-- params:  none
-- duplicate_share: 1 - golden customers / source records. rule_pass_share: rules passed / executed; row_pass_share:
-- 1 - failed rows / checked rows. completeness: share of the six contact attributes of golden customers that are filled.

with run as (
    select *, row_number() over (order by length(run_id) desc, run_id desc) as age
    from mdm.match_run
),

quality as (
    select
        run.age,
        count(*) as rules,
        count(*) filter (where result.success) as passed,
        sum(result.failed) as failed_rows,
        sum(result.checked) as checked_rows
    from mdm.quality_result as result
    join run using (run_id)
    group by run.age
),

quarantine as (
    select count(*) as quarantined, count(*) filter (where is_rejected) as rejected
    from silver.quarantine
),

filled as (
    select count(full_name) + count(email) + count(phone) + count(street) + count(postal_code) + count(country) as cells
    from mdm.golden_customer
)

select
    now.source_records,
    now.golden_customers,
    before.golden_customers as golden_before,
    round(1 - now.golden_customers / nullif(now.source_records, 0), 6) as duplicate_share,
    round(1 - before.golden_customers / nullif(before.source_records, 0), 6) as duplicate_share_before,
    now.parties,
    now.possible_pairs,
    now.candidate_pairs,
    round(1 - now.candidate_pairs / nullif(now.possible_pairs, 0), 6) as reduction,
    now.recorded_pairs,
    now.auto_merge,
    (select count(*) from gold.mdm_match_pairs where steward_status = 'Pending') as pending,
    now.no_match,
    now.seconds as match_seconds,
    quality_now.rules,
    quality_now.passed as rules_passed,
    round(quality_now.passed / nullif(quality_now.rules, 0), 6) as rule_pass_share,
    round(quality_before.passed / nullif(quality_before.rules, 0), 6) as rule_pass_share_before,
    round(1 - quality_now.failed_rows / nullif(quality_now.checked_rows, 0), 6) as row_pass_share,
    round(1 - quality_before.failed_rows / nullif(quality_before.checked_rows, 0), 6) as row_pass_share_before,
    quarantine.quarantined,
    quarantine.rejected,
    round(filled.cells / nullif(6 * now.golden_customers, 0), 6) as completeness,
    (now.rules ->> '$.auto_merge_at')::double as auto_merge_at,
    (now.rules ->> '$.review_at')::double as review_at
from run as now
left join run as before on before.age = 2
left join quality as quality_now on quality_now.age = 1
left join quality as quality_before on quality_before.age = 2
cross join quarantine
cross join filled
where now.age = 1
