-- The steps of the run that built this release, the slowest first.
-- grain:   step
-- columns: step VARCHAR, step_order INTEGER, rows BIGINT, milliseconds DOUBLE, share DOUBLE, peak_memory_mb DOUBLE
-- params:  none
-- peak_memory_mb: the most memory that the process held up to the end of the step.

with run as (
    select run_id from mdm.match_run order by length(run_id) desc, run_id desc limit 1
)

select
    step,
    step_order::integer as step_order,
    rows,
    seconds * 1000 as milliseconds,
    seconds / nullif(sum(seconds) over (), 0) as share,
    round(peak_memory_mb) as peak_memory_mb
from mdm.run_step
join run using (run_id)
order by seconds desc, step_order
