-- Deals with the date of every stage they reached, from Salesforce opportunities.
-- grain:   deal_id
-- columns: deal_id VARCHAR, customer_record_id VARCHAR, sales_rep_id VARCHAR, lead_source VARCHAR,
--          deal_amount DECIMAL(18,2), current_stage VARCHAR, created_date DATE, mql_date DATE, sql_date DATE,
--          discovery_date DATE, proposal_date DATE, negotiation_date DATE, closed_date DATE, expected_close_date DATE,
--          original_close_date DATE, loss_reason VARCHAR

with opportunity as (
    select *
    from {{ source('bronze', 'sf_opportunity') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.sf_opportunity' and is_rejected
    )
    qualify row_number() over (partition by Id order by _ingestion_ts desc, _row_hash) = 1
)

select
    Id as deal_id,
    'Salesforce:' || AccountId as customer_record_id,
    Rep_Id__c as sales_rep_id,
    LeadSource as lead_source,
    try_cast(Amount as decimal(18, 2)) as deal_amount,
    StageName as current_stage,
    try_cast(substr(CreatedDate, 1, 10) as date) as created_date,
    try_cast(substr(MQL_Date__c, 1, 10) as date) as mql_date,
    try_cast(substr(SQL_Date__c, 1, 10) as date) as sql_date,
    try_cast(substr(Discovery_Date__c, 1, 10) as date) as discovery_date,
    try_cast(substr(Proposal_Date__c, 1, 10) as date) as proposal_date,
    try_cast(substr(Negotiation_Date__c, 1, 10) as date) as negotiation_date,
    try_cast(substr(Closed_Date__c, 1, 10) as date) as closed_date,
    try_cast(substr(CloseDate, 1, 10) as date) as expected_close_date,
    try_cast(substr(Original_Close_Date__c, 1, 10) as date) as original_close_date,
    nullif(trim(Loss_Reason__c), '') as loss_reason
from opportunity
where coalesce(IsDeleted, '') <> 'true'
order by deal_id
