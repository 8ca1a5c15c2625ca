-- Touchpoints with customers.
-- grain:   interaction_id
-- columns: interaction_id VARCHAR, customer_uid VARCHAR, interaction_date DATE, channel VARCHAR,
--          interaction_type VARCHAR, sentiment VARCHAR, csat_score INTEGER, resolution_hours DOUBLE, nps_score INTEGER
-- Ordered by day, so that a period reads few row groups.

select
    interaction.interaction_id,
    crosswalk.customer_uid,
    interaction.interaction_date,
    interaction.channel,
    interaction.interaction_type,
    interaction.sentiment,
    interaction.csat_score,
    interaction.resolution_hours,
    interaction.nps_score
from {{ ref('interaction') }} as interaction
join {{ source('mdm', 'crosswalk') }} as crosswalk on interaction.customer_record_id = crosswalk.record_id
where interaction.interaction_id not in (
    select row_key from {{ source('silver', 'quarantine') }}
    where table_name = 'silver.interaction' and is_rejected
)
order by interaction.interaction_date, interaction.interaction_id
