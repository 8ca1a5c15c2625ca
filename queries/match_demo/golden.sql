-- One golden customer: each attribute with the record and rule it comes from, and how many other values lost.
-- grain:   attribute
-- columns: attribute VARCHAR, attribute_order INTEGER, value VARCHAR, source_system VARCHAR, record_id VARCHAR,
--          rule VARCHAR, candidates BIGINT
-- params:  $customer_uid VARCHAR

with candidate as (
    select attribute, count(*) as candidates
    from mdm.golden_attribute
    where customer_uid = $customer_uid
    group by attribute
)

select
    case attribute.attribute
        when 'full_name' then 'Name'
        when 'email' then 'E-mail'
        when 'tax_id' then 'Tax id'
        else replace(upper(left(attribute.attribute, 1)) || substr(attribute.attribute, 2), '_', ' ')
    end as attribute,
    case attribute.attribute
        when 'full_name' then 1
        when 'email' then 2
        when 'phone' then 3
        when 'street' then 4
        when 'postal_code' then 5
        when 'city' then 6
        when 'country' then 7
        when 'segment' then 8
        when 'industry' then 9
        else 10
    end as attribute_order,
    attribute.value,
    coalesce(record.source_system, 'Steward') as source_system,
    attribute.record_id,
    replace(attribute.rule, '_', ' ') as rule,
    candidate.candidates
from mdm.golden_attribute as attribute
join candidate using (attribute)
left join mdm.crosswalk as record on attribute.record_id = record.record_id
where attribute.customer_uid = $customer_uid and attribute.is_survivor and attribute.value is not null
order by attribute_order, attribute.attribute
