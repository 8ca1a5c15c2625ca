-- How well each critical attribute is filled, in the source records and in the golden customers.
-- grain:   attribute
-- columns: attribute VARCHAR, attribute_order INTEGER, before DOUBLE, after DOUBLE, gained DOUBLE
-- params:  none
-- before: source records with a value / source records. after: golden customers with one / golden customers.

with source as (
    select
        count(*) as rows,
        [count(name), count(email), count(phone), count(street), count(country), count(segment), count(tax_id)] as filled
    from silver.customer
),

golden as (
    select
        count(*) as rows,
        [
            count(full_name), count(email), count(phone), count(street), count(country), count(segment), count(tax_id)
        ] as filled
    from mdm.golden_customer
),

attribute as (
    select unnest(['Name', 'E-mail', 'Phone', 'Street', 'Country', 'Segment', 'Tax id']) as attribute,
        unnest(range(1, 8))::integer as attribute_order
)

select
    attribute.attribute,
    attribute.attribute_order,
    round(source.filled[attribute.attribute_order] / nullif(source.rows, 0), 6) as before,
    round(golden.filled[attribute.attribute_order] / nullif(golden.rows, 0), 6) as after,
    round(
        golden.filled[attribute.attribute_order] / nullif(golden.rows, 0)
        - source.filled[attribute.attribute_order] / nullif(source.rows, 0), 6
    ) as gained
from attribute
cross join source
cross join golden
order by attribute.attribute_order
