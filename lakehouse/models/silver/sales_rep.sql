-- Sales representatives, from Salesforce users.
-- grain:   sales_rep_id
-- columns: sales_rep_id VARCHAR, sales_rep VARCHAR, region VARCHAR, hired_date DATE

with sf_user as (
    select *
    from {{ source('bronze', 'sf_user') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.sf_user' and is_rejected
    )
    qualify row_number() over (partition by Rep_Id__c order by _ingestion_ts desc, _row_hash) = 1
)

select
    Rep_Id__c as sales_rep_id,
    trim(Name) as sales_rep,
    Region__c as region,
    try_cast(substr(Hired_Date__c, 1, 10) as date) as hired_date
from sf_user
order by sales_rep_id
