-- Rows that hold to the rules, by layer and quality dimension, in this release.
-- grain:   layer, dimension
-- columns: layer VARCHAR, layer_order INTEGER, dimension VARCHAR, dimension_order INTEGER, rules BIGINT, passed BIGINT,
--          row_pass_share DOUBLE, bad_per_10k DOUBLE
-- params:  none
-- row_pass_share: 1 - failed rows / checked rows; bad_per_10k: failed rows in ten thousand checked.

with run as (
    select run_id from mdm.match_run order by length(run_id) desc, run_id desc limit 1
),

result as (
    select
        split_part(table_name, '.', 1) as layer,
        dimension,
        checked,
        failed,
        success
    from mdm.quality_result
    join run using (run_id)
)

select
    case layer when 'mdm' then 'MDM' else upper(left(layer, 1)) || substr(layer, 2) end as layer,
    case layer when 'bronze' then 1 when 'silver' then 2 when 'mdm' then 3 else 4 end as layer_order,
    upper(left(dimension, 1)) || substr(dimension, 2) as dimension,
    case dimension
        when 'completeness' then 1
        when 'validity' then 2
        when 'uniqueness' then 3
        when 'consistency' then 4
        when 'timeliness' then 5
        else 6
    end as dimension_order,
    count(*) as rules,
    count(*) filter (where success) as passed,
    round(1 - sum(failed) / nullif(sum(checked), 0), 6) as row_pass_share,
    round(10000 * sum(failed) / nullif(sum(checked), 0), 2) as bad_per_10k
from result
group by all
order by layer_order, dimension_order
