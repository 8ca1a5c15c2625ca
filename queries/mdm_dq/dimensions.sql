-- Rows that hold to the rules, by layer and quality dimension, in this release.
-- grain:   layer, dimension
-- columns: layer VARCHAR, layer_order INTEGER, dimension VARCHAR, dimension_order INTEGER, rules BIGINT, passed BIGINT,
--          row_pass_share DOUBLE, bad_per_10k DOUBLE
-- params:  none
-- row_pass_share: 1 - failed rows / checked rows; bad_per_10k: failed rows in ten thousand checked. Null where no
-- rule looks at the layer for the dimension.

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
),

layer as (
    select
        unnest(['bronze', 'silver', 'mdm', 'gold']) as layer,
        unnest(['Bronze', 'Silver', 'MDM', 'Gold']) as label,
        unnest(range(1, 5))::integer as layer_order
),

dimension as (
    select
        unnest(['completeness', 'validity', 'uniqueness', 'consistency', 'timeliness', 'accuracy']) as dimension,
        unnest(range(1, 7))::integer as dimension_order
)

select
    layer.label as layer,
    layer.layer_order,
    upper(left(dimension.dimension, 1)) || substr(dimension.dimension, 2) as dimension,
    dimension.dimension_order,
    count(result.checked) as rules,
    count(*) filter (where result.success) as passed,
    round(1 - sum(result.failed) / nullif(sum(result.checked), 0), 6) as row_pass_share,
    round(10000 * sum(result.failed) / nullif(sum(result.checked), 0), 2) as bad_per_10k
from layer
cross join dimension
left join result on layer.layer = result.layer and dimension.dimension = result.dimension
group by layer.label, layer.layer_order, dimension.dimension, dimension.dimension_order
order by layer.layer_order, dimension.dimension_order
