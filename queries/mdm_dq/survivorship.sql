-- Which system's value survived in the golden records, by attribute.
-- grain:   attribute, source_system
-- columns: attribute VARCHAR, attribute_order INTEGER, source_system VARCHAR, source_order INTEGER, customers BIGINT
-- params:  none
-- Street, city, postal code and country survive together, so the address is counted once. Values that a steward set
-- count as Steward.

with survivor as (
    select
        case attribute
            when 'full_name' then 'Name'
            when 'email' then 'E-mail'
            when 'phone' then 'Phone'
            when 'street' then 'Address'
            when 'segment' then 'Segment'
            when 'industry' then 'Industry'
            when 'tax_id' then 'Tax id'
        end as attribute,
        record_id
    from mdm.golden_attribute
    where is_survivor and value is not null
)

select
    survivor.attribute,
    case survivor.attribute
        when 'Name' then 1
        when 'E-mail' then 2
        when 'Phone' then 3
        when 'Address' then 4
        when 'Segment' then 5
        when 'Industry' then 6
        else 7
    end as attribute_order,
    coalesce(record.source_system, 'Steward') as source_system,
    case record.source_system when 'SAP' then 1 when 'Salesforce' then 2 when 'Oracle' then 3 else 4 end as source_order,
    count(*) as customers
from survivor
left join mdm.crosswalk as record using (record_id)
where survivor.attribute is not null
group by all
order by source_order, attribute_order
