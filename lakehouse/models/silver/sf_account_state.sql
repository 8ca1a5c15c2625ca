-- Salesforce accounts as they are now: the newest extract with every later change event applied, field by field.
-- grain:   account_id
-- columns: account_id VARCHAR, name VARCHAR, street VARCHAR, city VARCHAR, postal_code VARCHAR, country VARCHAR,
--          phone VARCHAR, email VARCHAR, industry VARCHAR, segment VARCHAR, contract_status VARCHAR,
--          sap_customer_number VARCHAR, created_at VARCHAR, modified_at TIMESTAMP, first_seen_at TIMESTAMP,
--          row_hash VARCHAR
-- A null below means "this row says nothing of the field", an empty text "it has no value". Every extract and event
-- has its place in time, and the last one that says something of a field wins. Redelivered events change nothing.

with extracted as (
    select *
    from {{ source('bronze', 'sf_account') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.sf_account' and is_rejected
    )
),

event as (
    select *, ',' || translate(coalesce(nulled_fields, ''), '[]" ', '') || ',' as nulled
    from {{ source('bronze', 'sf_account_change_event') }}
    where entity = 'Account'
        and change_type not like 'GAP%'  -- a gap says that something changed, not what: the record is read again
        and _row_hash not in (
            select row_hash from {{ source('silver', 'quarantine') }}
            where table_name = 'bronze.sf_account_change_event' and is_rejected
        )
),

said as (
    select
        Id as account_id,
        (try_cast(SystemModstamp as timestamp), cast(0 as bigint), cast(0 as bigint), _row_hash) as place,
        coalesce(Name, '') as name,
        coalesce(BillingStreet, '') as street,
        coalesce(BillingCity, '') as city,
        coalesce(BillingPostalCode, '') as postal_code,
        coalesce(BillingCountryCode, '') as country,
        coalesce(Phone, '') as phone,
        coalesce(Email__c, '') as email,
        coalesce(Industry, '') as industry,
        coalesce(Segment__c, '') as segment,
        coalesce(Contract_Status__c, '') as contract_status,
        coalesce(SAP_Customer_Number__c, '') as sap_customer_number,
        CreatedDate as created_at,
        try_cast(LastModifiedDate as timestamp) as modified_at,
        coalesce(IsDeleted, '') = 'true' as is_deleted,
        _ingestion_ts,
        _row_hash
    from extracted
    union all
    select
        record_id_sf,
        (commit_ts, commit_number, sequence_number, _row_hash),
        case when nulled like '%,Name,%' then '' else payload ->> '$.Name' end,
        case when nulled like '%,BillingStreet,%' then '' else payload ->> '$.BillingStreet' end,
        case when nulled like '%,BillingCity,%' then '' else payload ->> '$.BillingCity' end,
        case when nulled like '%,BillingPostalCode,%' then '' else payload ->> '$.BillingPostalCode' end,
        case when nulled like '%,BillingCountryCode,%' then '' else payload ->> '$.BillingCountryCode' end,
        case when nulled like '%,Phone,%' then '' else payload ->> '$.Phone' end,
        case when nulled like '%,Email__c,%' then '' else payload ->> '$.Email__c' end,
        case when nulled like '%,Industry,%' then '' else payload ->> '$.Industry' end,
        case when nulled like '%,Segment__c,%' then '' else payload ->> '$.Segment__c' end,
        case when nulled like '%,Contract_Status__c,%' then '' else payload ->> '$.Contract_Status__c' end,
        case when nulled like '%,SAP_Customer_Number__c,%' then '' else payload ->> '$.SAP_Customer_Number__c' end,
        payload ->> '$.CreatedDate',
        commit_ts,
        change_type = 'DELETE',
        _ingestion_ts,
        _row_hash
    from event
),

state as (
    select
        account_id,
        max_by(name, place) filter (where name is not null) as name,
        max_by(street, place) filter (where street is not null) as street,
        max_by(city, place) filter (where city is not null) as city,
        max_by(postal_code, place) filter (where postal_code is not null) as postal_code,
        max_by(country, place) filter (where country is not null) as country,
        max_by(phone, place) filter (where phone is not null) as phone,
        max_by(email, place) filter (where email is not null) as email,
        max_by(industry, place) filter (where industry is not null) as industry,
        max_by(segment, place) filter (where segment is not null) as segment,
        max_by(contract_status, place) filter (where contract_status is not null) as contract_status,
        max_by(sap_customer_number, place) filter (where sap_customer_number is not null) as sap_customer_number,
        max_by(created_at, place) filter (where created_at is not null) as created_at,
        max_by(is_deleted, place) as is_deleted,
        max(modified_at) as modified_at,
        min(_ingestion_ts) as first_seen_at,
        max_by(_row_hash, place) as row_hash
    from said
    group by account_id
)

select
    account_id,
    nullif(trim(name), '') as name,
    nullif(trim(street), '') as street,
    nullif(trim(city), '') as city,
    nullif(trim(postal_code), '') as postal_code,
    nullif(trim(country), '') as country,
    nullif(trim(phone), '') as phone,
    nullif(trim(email), '') as email,
    nullif(trim(industry), '') as industry,
    nullif(trim(segment), '') as segment,
    nullif(trim(contract_status), '') as contract_status,
    nullif(trim(sap_customer_number), '') as sap_customer_number,
    created_at,
    modified_at,
    first_seen_at,
    row_hash
from state
where not is_deleted
order by account_id
