-- Rows in quarantine by table and broken rule; a row that breaks two rules counts under both.
-- grain:   table_name, rule
-- columns: table_name VARCHAR, rule VARCHAR, rows BIGINT, rejected BIGINT, label VARCHAR
-- params:  none

with broken as (
    select table_name, unnest(string_split(rules, '; ')) as rule, is_rejected
    from silver.quarantine
)

select
    table_name,
    replace(rule, '_', ' ') as rule,
    count(*) as rows,
    count(*) filter (where is_rejected) as rejected,
    split_part(table_name, '.', 2) || ': ' || replace(rule, '_', ' ') as label
from broken
group by table_name, rule
order by rows desc, table_name, rule
