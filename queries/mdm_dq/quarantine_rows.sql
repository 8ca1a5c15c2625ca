-- Rows in quarantine, with the rules they broke, the reasons, and the row itself.
-- grain:   table_name, row_key, row_hash, quarantined_at, copy
-- columns: table_name VARCHAR, row_key VARCHAR, row_hash VARCHAR, copy BIGINT, rules VARCHAR, reasons VARCHAR,
--          outcome VARCHAR, batch_id VARCHAR, quarantined_at TIMESTAMP, record VARCHAR
-- params:  $table_name VARCHAR
-- $table_name null: of all tables. copy numbers rows that are equal in all else.

select
    table_name,
    row_key,
    row_hash,
    row_number() over (partition by table_name, row_key, row_hash, quarantined_at order by batch_id, record) as copy,
    replace(rules, '_', ' ') as rules,
    reasons,
    case when is_rejected then 'Kept out' else 'Resent copy' end as outcome,
    batch_id,
    quarantined_at,
    record
from silver.quarantine
where $table_name is null or table_name = $table_name
order by table_name, row_key, row_hash, quarantined_at, copy
