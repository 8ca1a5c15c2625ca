-- Rows that broke a rule, by layer and quality dimension, in each of the last twelve runs.
-- grain:   part, run
-- columns: part VARCHAR, layer_order INTEGER, run VARCHAR, run_order BIGINT, rules BIGINT, passed BIGINT,
--          failed_rows BIGINT, bad_per_10k DOUBLE
-- params:  none
-- part: layer and dimension, where any row was bad in these runs. bad_per_10k: failed rows in ten thousand checked.

with run as (
    select run_id, row_number() over (order by length(run_id) desc, run_id desc) as age
    from mdm.match_run
),

result as (
    select
        split_part(table_name, '.', 1) as layer,
        dimension,
        run.run_id,
        run.age,
        checked,
        failed,
        success
    from mdm.quality_result
    join run using (run_id)
    where run.age <= 12
)

select
    case layer
        when 'bronze' then 'Bronze'
        when 'silver' then 'Silver'
        when 'gold' then 'Gold'
        else 'MDM'
    end || ' · ' || dimension as part,
    list_position(['bronze', 'silver', 'mdm', 'gold'], layer)::integer as layer_order,
    'Run ' || ltrim(regexp_extract(run_id, '\d+$'), '0') as run,
    -age as run_order,
    count(*) as rules,
    count(*) filter (where success) as passed,
    sum(failed)::bigint as failed_rows,
    round(10000 * sum(failed) / nullif(sum(checked), 0), 2) as bad_per_10k
from result
group by layer, dimension, run_id, age
qualify sum(sum(failed)) over (partition by layer, dimension) > 0
order by layer_order, dimension, run_order
