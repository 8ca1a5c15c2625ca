-- Rows in quarantine by table: set aside, and of these kept out for good.
-- grain:   table_name
-- columns: table_name VARCHAR, rows BIGINT, rejected BIGINT, resent BIGINT, label VARCHAR
-- params:  none

select
    table_name,
    count(*) as rows,
    count(*) filter (where is_rejected) as rejected,
    count(*) filter (where not is_rejected) as resent,
    format('{} · {} kept out', count(*), count(*) filter (where is_rejected)) as label
from silver.quarantine
group by table_name
order by rows desc, table_name
