-- The newest delivery of every bronze table beside what is usual for it: rows and time.
-- grain:   table_name
-- columns: source_system VARCHAR, table_name VARCHAR, batch_id VARCHAR, arrived_at TIMESTAMP, rows BIGINT,
--          usual_rows DOUBLE, volume_share DOUBLE, hours_since_arrival DOUBLE, usual_hours DOUBLE, deliveries BIGINT,
--          recent DOUBLE[], state VARCHAR
-- params:  none
-- Usual is the median of the earlier deliveries, the first of all not counted. recent: rows of up to the last twelve
-- deliveries after the first. state: Overdue, Small (half the usual rows or fewer), First delivery, else As usual.

with delivery as (
    select
        *,
        row_number() over (partition by table_name order by arrived_at) as place,
        row_number() over (partition by table_name order by arrived_at desc) as place_from_newest
    from silver.arrival
),

trail as (
    select
        table_name,
        count(*) as deliveries,
        coalesce(
            list(rows::double order by arrived_at) filter (where place > 1 and place_from_newest <= 12), []::double[]
        ) as recent
    from delivery
    group by table_name
)

select
    case
        when newest.table_name like 'sap_%' then 'SAP'
        when newest.table_name like 'sf_%' then 'Salesforce'
        when newest.table_name like 'oracle_%' then 'Oracle'
        when newest.table_name like 'ecom_%' then 'E-Commerce'
        when newest.table_name like 'web_%' then 'Web tracker'
        when newest.table_name like 'fraud_%' then 'Fraud detection'
        else 'Operations'
    end as source_system,
    newest.table_name,
    newest.batch_id,
    newest.arrived_at,
    newest.rows,
    newest.usual_rows,
    newest.volume_share,
    newest.hours_since_arrival,
    newest.usual_hours,
    trail.deliveries,
    trail.recent,
    case
        when newest.is_overdue then 'Overdue'
        when newest.volume_share <= 0.5 then 'Small'
        when newest.place = 1 then 'First delivery'
        else 'As usual'
    end as state
from delivery as newest
join trail using (table_name)
where newest.place_from_newest = 1
order by
    case state when 'Overdue' then 1 when 'Small' then 2 else 3 end,
    source_system,
    newest.table_name
