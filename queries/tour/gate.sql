-- What the quality gates checked and set aside in this release, and the rule that most of it broke.
-- grain:   one row
-- columns: rules BIGINT, checked BIGINT, quarantined BIGINT, rejected BIGINT, worst_rule VARCHAR, worst_rows BIGINT
-- params:  none

with run as (
    select run_id from mdm.match_run order by length(run_id) desc, run_id desc limit 1
),

checks as (
    select count(*) as rules, sum(checked)::bigint as checked
    from mdm.quality_result
    where run_id = (select run_id from run)
),

aside as (
    select count(*) as quarantined, count(*) filter (is_rejected) as rejected
    from silver.quarantine
),

reason as (
    select replace(split_part(rules, '; ', 1), '_', ' ') as worst_rule, count(*) as worst_rows
    from silver.quarantine
    where is_rejected
    group by worst_rule
    order by worst_rows desc, worst_rule
    limit 1
)

select checks.rules, checks.checked, aside.quarantined, aside.rejected, reason.worst_rule, reason.worst_rows
from checks
cross join aside
left join reason on true
