-- The customer that each source record belongs to.
-- grain:   record_id
-- columns: record_id VARCHAR, customer_uid VARCHAR

select record_id, customer_uid
from mdm.crosswalk
order by record_id
