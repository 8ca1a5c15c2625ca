-- The catalogue of products, from SAP material masters.
-- grain:   product_id
-- columns: product_id VARCHAR, product_name VARCHAR, category VARCHAR, subcategory VARCHAR, unit_price DECIMAL(18,2),
--          cost_price DECIMAL(18,2), is_recurring BOOLEAN, is_active BOOLEAN

with material as (
    select *
    from {{ source('bronze', 'sap_mara') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.sap_mara' and is_rejected
    )
    qualify row_number() over (partition by MATNR order by _ingestion_ts desc, _row_hash) = 1
)

select
    MATNR as product_id,
    trim(MAKTX) as product_name,
    case MATKL
        when 'C01' then 'Software License'
        when 'C02' then 'Cloud Platform'
        when 'C03' then 'Analytics'
        when 'C04' then 'Security'
        when 'C05' then 'Hardware'
        when 'C06' then 'Support'
        when 'C07' then 'Training'
        when 'C08' then 'Professional Services'
    end as category,
    PRDHA as subcategory,
    try_cast(NETPR as decimal(18, 2)) as unit_price,
    try_cast(STPRS as decimal(18, 2)) as cost_price,
    MTART = 'SUBS' as is_recurring,
    coalesce(LVORM, '') <> 'X' as is_active
from material
order by product_id
