-- Touchpoints with customers, from Salesforce tasks.
-- grain:   interaction_id
-- columns: interaction_id VARCHAR, customer_record_id VARCHAR, interaction_at TIMESTAMP, interaction_date DATE,
--          channel VARCHAR, interaction_type VARCHAR, sentiment VARCHAR, csat_score INTEGER, nps_score INTEGER,
--          resolution_hours DOUBLE, subject VARCHAR
-- A task hangs on a Salesforce account or, for customers without one, on their SAP customer number.

with task as (
    select *
    from {{ source('bronze', 'sf_task') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.sf_task' and is_rejected
    )
    qualify row_number() over (partition by Id order by _ingestion_ts desc, _row_hash) = 1
)

select
    Id as interaction_id,
    coalesce(
        'Salesforce:' || nullif(AccountId, ''), 'SAP:' || nullif(SAP_Customer_Number__c, '')
    ) as customer_record_id,
    try_cast(ActivityDateTime as timestamp) as interaction_at,
    cast(try_cast(ActivityDateTime as timestamp) as date) as interaction_date,
    Channel__c as channel,
    Type as interaction_type,
    Sentiment__c as sentiment,
    cast(try_cast(CSAT__c as decimal(18, 2)) as integer) as csat_score,
    cast(try_cast(NPS__c as decimal(18, 2)) as integer) as nps_score,
    try_cast(Resolution_Hours__c as double) as resolution_hours,
    nullif(trim(Subject), '') as subject
from task
where coalesce(IsDeleted, '') <> 'true'
order by interaction_id
