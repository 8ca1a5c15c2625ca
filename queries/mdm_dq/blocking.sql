-- Blocking by pass: the pairs it brings to comparison, and the recorded pairs among them.
-- grain:   pass_order
-- columns: pass_order INTEGER, blocking_pass VARCHAR, label VARCHAR, pairs_found BIGINT, pairs_new BIGINT,
--          recorded_pairs_found BIGINT, recorded_pairs_new BIGINT, largest_block BIGINT, capped_blocks BIGINT,
--          possible_share DOUBLE
-- params:  none
-- new: not found by an earlier pass. possible_share: pairs found / all possible pairs of the run's parties.

with run as (
    select * from mdm.match_run order by length(run_id) desc, run_id desc limit 1
),

declared as (
    select unnest(from_json(rules -> '$.blocking', '[{"name": "VARCHAR", "label": "VARCHAR"}]')) as blocking
    from run
)

select
    pass.pass_order::integer as pass_order,
    pass.blocking_pass,
    coalesce(declared.blocking.label, pass.blocking_pass) as label,
    pass.pairs_found,
    pass.pairs_new,
    pass.recorded_pairs_found,
    pass.recorded_pairs_new,
    pass.largest_block,
    pass.capped_blocks,
    round(pass.pairs_found / nullif(run.possible_pairs, 0), 6) as possible_share
from mdm.match_run_pass as pass
join run using (run_id)
left join declared on declared.blocking.name = pass.blocking_pass
order by pass.pass_order
