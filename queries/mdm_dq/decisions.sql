-- The audit trail of the stewards, newest first: who decided what and why, and the customers before and after.
-- grain:   decision_id
-- columns: decision_id VARCHAR, decided_at TIMESTAMP, decided_by VARCHAR, verdict VARCHAR, subject VARCHAR,
--          reason VARCHAR, before VARCHAR, after VARCHAR, state VARCHAR, can_be_undone BOOLEAN, pair_id VARCHAR,
--          before_json VARCHAR, after_json VARCHAR
-- params:  none
-- A decision on several pairs of records, as an unmerge is, is one row. before and after name the customers with the
-- number of their source records.

with whole as (
    select
        *,
        split_part(decision_id, '/', 1) as decision,
        from_json(before, '{"customers": [{"full_name": "VARCHAR", "source_records": "INTEGER"}]}') as was,
        from_json(after, '{"customers": [{"full_name": "VARCHAR", "source_records": "INTEGER"}]}') as became
    from mdm.steward_decision
    where not contains(decision_id, '/')
),

undo as (
    select split_part(value, '/', 1) as decision, max(decided_by) as decided_by
    from mdm.steward_decision
    where verdict = 'undo'
    group by split_part(value, '/', 1)
)

select
    whole.decision as decision_id,
    whole.decided_at,
    whole.decided_by,
    case
        when whole.verdict = 'reject' and whole.value = 'related' then 'Rejected, same group'
        when whole.verdict = 'approve' then 'Approved'
        when whole.verdict = 'reject' then 'Rejected'
        when whole.verdict = 'skip' then 'Skipped'
        when whole.verdict = 'unmerge' then 'Unmerged'
        when whole.verdict = 'override' then 'Overridden'
        else 'Undone'
    end as verdict,
    case
        when whole.verdict = 'undo' then 'Decision ' || split_part(whole.value, '/', 1)
        when whole.verdict = 'override' then
            coalesce(whole.was.customers[1].full_name, whole.customer_uid) || ': ' || whole.attribute || ' = ' || whole.value
        else list_aggregate([one.full_name for one in whole.was.customers], 'string_agg', ' / ')
    end as subject,
    whole.reason,
    list_aggregate(
        [format('{} ({})', one.full_name, one.source_records) for one in whole.was.customers], 'string_agg', ' · '
    ) as before,
    list_aggregate(
        [format('{} ({})', one.full_name, one.source_records) for one in whole.became.customers], 'string_agg', ' · '
    ) as after,
    case
        when undo.decision is not null then 'Undone by ' || undo.decided_by
        when whole.verdict = 'undo' then 'Undo'
        else 'In force'
    end as state,
    undo.decision is null and whole.verdict <> 'undo' as can_be_undone,
    whole.pair_id,
    whole.before as before_json,
    whole.after as after_json
from whole
left join undo using (decision)
order by whole.decided_at desc, whole.decision
