-- The two records of a pair, attribute by attribute, and whether they say the same.
-- grain:   attribute
-- columns: attribute_order INTEGER, attribute VARCHAR, label VARCHAR, record_a VARCHAR, record_b VARCHAR, agreement VARCHAR
-- params:  $pair_id VARCHAR
-- agreement: same, differs, or missing where one of the two has no value. Upper and lower case are the same here, and the ways to write a
-- phone number, as they are for the engine.

with record as (
    select
        customer.record_id = pair.customer_a as is_a,
        unnest([
            struct_pack(position := 1, attribute := 'full_name', label := 'Name', value := customer.name),
            struct_pack(position := 2, attribute := 'email', label := 'E-mail', value := customer.email),
            struct_pack(position := 3, attribute := 'phone', label := 'Phone', value := customer.phone),
            struct_pack(position := 4, attribute := 'street', label := 'Street', value := customer.street),
            struct_pack(position := 5, attribute := 'postal_code', label := 'Postal code', value := customer.postal_code),
            struct_pack(position := 6, attribute := 'city', label := 'City', value := customer.city),
            struct_pack(position := 7, attribute := 'country', label := 'Country', value := customer.country),
            struct_pack(position := 8, attribute := 'segment', label := 'Segment', value := customer.segment),
            struct_pack(position := 9, attribute := 'industry', label := 'Industry', value := customer.industry),
            struct_pack(position := 10, attribute := 'tax_id', label := 'VAT id', value := customer.tax_id),
            struct_pack(
                position := 11, attribute := 'created_date', label := 'Customer since',
                value := customer.created_date::varchar
            )
        ]) as found
    from gold.mdm_match_pairs as pair
    join silver.customer as customer on customer.record_id in (pair.customer_a, pair.customer_b)
    where pair.pair_id = $pair_id
),

comparable as (
    select
        *,
        case found.attribute
            when 'phone' then ltrim(regexp_replace(found.value, '[^0-9]', '', 'g'), '0')
            else lower(found.value)
        end as plain
    from record
)

select
    found.position::integer as attribute_order,
    found.attribute as attribute,
    found.label as label,
    max(found.value) filter (where is_a) as record_a,
    max(found.value) filter (where not is_a) as record_b,
    case max(plain) filter (where is_a) = max(plain) filter (where not is_a)
        when true then 'same'
        when false then 'differs'
        else 'missing'
    end as agreement
from comparable
group by found.position, found.attribute, found.label
order by attribute_order
