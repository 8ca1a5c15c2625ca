-- Customers as each source system knows them, in conformed columns; who is who is decided later, by the match engine.
-- grain:   record_id
-- columns: record_id VARCHAR, source_system VARCHAR, source_id VARCHAR, name VARCHAR, email VARCHAR, phone VARCHAR,
--          street VARCHAR, city VARCHAR, postal_code VARCHAR, country VARCHAR, tax_id VARCHAR, industry VARCHAR,
--          segment VARCHAR, sap_key VARCHAR, sf_key VARCHAR, is_churned BOOLEAN, created_date DATE,
--          updated_at TIMESTAMP, first_seen_at TIMESTAMP, row_hash VARCHAR
-- SAP keeps no date of change: a record counts as changed when a new content of it first arrived, and until then as
-- old as its creation. NAME1 holds 35 characters and NAME2 the rest; a space that fell on the cut was lost on the wire.

with rejected as (
    select table_name, row_hash
    from {{ source('silver', 'quarantine') }}
    where is_rejected
),

kna1_versions as (
    select
        *,
        min(_ingestion_ts) over (partition by KUNNR) as first_seen_at,
        min(_ingestion_ts) over (partition by KUNNR, _row_hash) as content_seen_at
    from {{ source('bronze', 'sap_kna1') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.sap_kna1')
),

kna1 as (
    select
        *,
        try_cast(substr(ERDAT, 1, 4) || '-' || substr(ERDAT, 5, 2) || '-' || substr(ERDAT, 7, 2) as date) as created
    from kna1_versions
    qualify row_number() over (partition by KUNNR order by _ingestion_ts desc, _row_hash) = 1
),

adr6 as (
    select ADDRNUMBER, SMTP_ADDR
    from {{ source('bronze', 'sap_adr6') }}
    where coalesce(PERSNUMBER, '') = ''
        and _row_hash not in (select row_hash from rejected where table_name = 'bronze.sap_adr6')
    qualify row_number() over (
        partition by ADDRNUMBER
        order by _ingestion_ts desc, case when FLGDEFAULT = 'X' then 0 else 1 end, CONSNUMBER, _row_hash
    ) = 1
),

party_versions as (
    select *, min(_ingestion_ts) over (partition by PARTY_ID) as first_seen_at
    from {{ source('bronze', 'oracle_hz_parties') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.oracle_hz_parties')
),

party as (
    select *
    from party_versions
    qualify row_number() over (partition by PARTY_ID order by _ingestion_ts desc, _row_hash) = 1
),

conformed as (
    select
        'SAP' as source_system,
        kna1.KUNNR as source_id,
        case when length(kna1.NAME1) >= 35 then kna1.NAME1 else trim(kna1.NAME1) || ' ' end
            || coalesce(kna1.NAME2, '') as name,
        adr6.SMTP_ADDR as email,
        kna1.TELF1 as phone,
        kna1.STRAS as street,
        kna1.ORT01 as city,
        kna1.PSTLZ as postal_code,
        kna1.LAND1 as country,
        kna1.STCEG as tax_id,
        case kna1.BRSCH
            when 'MANU' then 'Manufacturing'
            when 'TECH' then 'Technology'
            when 'FINS' then 'Financial Services'
            when 'HLTH' then 'Healthcare'
            when 'RETL' then 'Retail'
            when 'LOGI' then 'Logistics'
            when 'ENGY' then 'Energy'
            when 'MEDI' then 'Media'
        end as industry,
        case kna1.KUKLA
            when '01' then 'Enterprise'
            when '02' then 'Mid-Market'
            when '03' then 'SMB'
            when '04' then 'Startup'
        end as segment,
        cast(null as varchar) as sap_key,
        cast(null as varchar) as sf_key,
        coalesce(kna1.AUFSD, '') = '01' as is_churned,
        kna1.created as created_date,
        case
            when kna1.content_seen_at > kna1.first_seen_at then kna1.content_seen_at
            else cast(kna1.created as timestamp)
        end as updated_at,
        kna1.first_seen_at,
        kna1._row_hash as row_hash
    from kna1
    left join adr6 on kna1.ADRNR = adr6.ADDRNUMBER
    union all
    select
        'Salesforce',
        account_id,
        name,
        email,
        phone,
        street,
        city,
        postal_code,
        country,
        null,
        industry,
        segment,
        'SAP:' || sap_customer_number,
        null,
        coalesce(contract_status, '') = 'Terminated',
        try_cast(substr(created_at, 1, 10) as date),
        modified_at,
        first_seen_at,
        row_hash
    from {{ ref('sf_account_state') }}
    union all
    select
        'Oracle',
        cast(PARTY_ID as varchar),
        PARTY_NAME,
        EMAIL_ADDRESS,
        PRIMARY_PHONE,
        ADDRESS1,
        CITY,
        POSTAL_CODE,
        COUNTRY,
        TAX_REFERENCE,
        null,
        null,
        case when ORIG_SYSTEM = 'SAP' then 'SAP:' || ORIG_SYSTEM_REFERENCE end,
        case when ORIG_SYSTEM = 'SFDC' then 'Salesforce:' || ORIG_SYSTEM_REFERENCE end,
        coalesce(STATUS, '') = 'I',
        cast(CREATION_DATE as date),
        LAST_UPDATE_DATE,
        first_seen_at,
        _row_hash
    from party
)

select
    source_system || ':' || source_id as record_id,
    source_system,
    source_id,
    nullif(trim(name), '') as name,
    nullif(lower(trim(email)), '') as email,
    nullif(trim(phone), '') as phone,
    nullif(trim(street), '') as street,
    nullif(trim(city), '') as city,
    nullif(trim(postal_code), '') as postal_code,
    nullif(upper(trim(country)), '') as country,
    nullif(trim(tax_id), '') as tax_id,
    nullif(trim(industry), '') as industry,
    segment,
    sap_key,
    sf_key,
    is_churned,
    created_date,
    updated_at,
    first_seen_at,
    row_hash
from conformed
order by record_id
