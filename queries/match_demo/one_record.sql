-- One customer record of this release to try the live match with.
-- grain:   record_id
-- columns: example VARCHAR, example_order INTEGER, story VARCHAR, record_id VARCHAR, name VARCHAR, email VARCHAR,
--          phone VARCHAR, street VARCHAR, postal_code VARCHAR, city VARCHAR, country VARCHAR, source_system VARCHAR
-- params:  $record_id VARCHAR

select
    name as example,
    0::integer as example_order,
    'The record ' || record_id || ' of this release; the match leaves the record itself out.' as story,
    record_id,
    name,
    email,
    phone,
    street,
    postal_code,
    city,
    country,
    source_system
from silver.customer
where record_id = $record_id
order by record_id
