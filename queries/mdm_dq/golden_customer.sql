-- Who one golden customer is.
-- grain:   one row
-- columns: customer_uid VARCHAR, full_name VARCHAR, source_systems VARCHAR, source_records INTEGER, match_score DOUBLE
-- params:  $uid VARCHAR

select
    customer_uid,
    full_name,
    source_systems,
    source_records,
    match_score
from mdm.golden_customer
where customer_uid = $uid
