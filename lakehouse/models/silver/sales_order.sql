-- Order lines of the four order systems in one shape; each order has one line.
-- grain:   order_id
-- columns: order_id VARCHAR, order_source VARCHAR, customer_record_id VARCHAR, product_id VARCHAR,
--          ordered_at TIMESTAMP, order_date DATE, quantity INTEGER, unit_price DECIMAL(18,2), discount_pct INTEGER,
--          line_total DECIMAL(18,2), sales_rep_id VARCHAR, ship_country VARCHAR, po_number VARCHAR

with rejected as (
    select table_name, row_hash
    from {{ source('silver', 'quarantine') }}
    where is_rejected
),

sap as (
    select *
    from {{ source('bronze', 'sap_vbap') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.sap_vbap')
    qualify row_number() over (partition by VBELN, POSNR order by _ingestion_ts desc, _row_hash) = 1
),

salesforce as (
    select *
    from {{ source('bronze', 'sf_order') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.sf_order')
    qualify row_number() over (partition by Id order by _ingestion_ts desc, _row_hash) = 1
),

oracle as (
    select *
    from {{ source('bronze', 'oracle_oe_order') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.oracle_oe_order')
    qualify row_number() over (partition by HEADER_ID order by _ingestion_ts desc, _row_hash) = 1
),

ecommerce as (
    select *
    from {{ source('bronze', 'ecom_order') }}
    where _row_hash not in (select row_hash from rejected where table_name = 'bronze.ecom_order')
    qualify row_number() over (partition by order_id order by _ingestion_ts desc, _row_hash) = 1
),

conformed as (
    select
        'SAP-' || VBELN as order_id,
        'SAP' as order_source,
        'SAP:' || KUNNR as customer_record_id,
        MATNR as product_id,
        try_cast(
            substr(ERDAT, 1, 4) || '-' || substr(ERDAT, 5, 2) || '-' || substr(ERDAT, 7, 2) || ' '
            || substr(ERZET, 1, 2) || ':' || substr(ERZET, 3, 2) || ':' || substr(ERZET, 5, 2) as timestamp
        ) as ordered_at,
        cast(try_cast(KWMENG as decimal(18, 3)) as integer) as quantity,
        try_cast(NETPR as decimal(18, 2)) as unit_price,
        cast(try_cast(RABATT as decimal(18, 2)) as integer) as discount_pct,
        try_cast(NETWR as decimal(18, 2)) as line_total,
        PERNR as sales_rep_id,
        LAND1_WE as ship_country,
        BSTNK as po_number
    from sap
    union all
    select
        'SF-' || Id,
        'Salesforce',
        'Salesforce:' || AccountId,
        Product_Code__c,
        try_cast(CreatedDate as timestamp),
        cast(try_cast(Quantity as decimal(18, 3)) as integer),
        try_cast(UnitPrice as decimal(18, 2)),
        cast(try_cast(Discount__c as decimal(18, 2)) as integer),
        try_cast(TotalAmount as decimal(18, 2)),
        Rep_Id__c,
        ShippingCountryCode,
        PoNumber
    from salesforce
    where coalesce(IsDeleted, '') <> 'true'
    union all
    select
        'ORA-' || HEADER_ID,
        'Oracle',
        'Oracle:' || SOLD_TO_PARTY_ID,
        INVENTORY_ITEM,
        ORDERED_DATE,
        ORDERED_QUANTITY,
        cast(UNIT_LIST_PRICE as decimal(18, 2)),
        cast(DISCOUNT_PCT as integer),
        cast(EXTENDED_AMOUNT as decimal(18, 2)),
        SALESREP_NUMBER,
        SHIP_TO_COUNTRY,
        CUST_PO_NUMBER
    from oracle
    union all
    select
        order_id,
        'E-Commerce',
        customer_ref,
        sku,
        ordered_at,
        quantity,
        cast(unit_price as decimal(18, 2)),
        cast(discount_pct as integer),
        cast(total as decimal(18, 2)),
        account_owner,
        ship_country,
        po_number
    from ecommerce
)

select
    order_id,
    order_source,
    customer_record_id,
    product_id,
    ordered_at,
    cast(ordered_at as date) as order_date,
    quantity,
    unit_price,
    discount_pct,
    line_total,
    sales_rep_id,
    ship_country,
    nullif(trim(po_number), '') as po_number
from conformed
order by order_id
