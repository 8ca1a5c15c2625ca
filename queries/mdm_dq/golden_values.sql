-- The values of one golden customer as they can be overridden: attribute by attribute.
-- grain:   attribute
-- columns: attribute VARCHAR, value VARCHAR, is_overridden BOOLEAN
-- params:  $uid VARCHAR

select
    attribute,
    value,
    rule = 'steward_override' as is_overridden
from mdm.golden_attribute
where customer_uid = $uid and is_survivor
order by
    list_position(
        ['full_name', 'email', 'phone', 'street', 'postal_code', 'city', 'country', 'segment', 'industry', 'tax_id'], attribute
    ) nulls last,
    attribute
