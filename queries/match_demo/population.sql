-- How many records a typed record is matched against: those of the systems that enter the fuzzy run.
-- grain:   one row
-- columns: records BIGINT
-- params:  none

select count(*) as records
from silver.customer
where source_system in ('SAP', 'Salesforce')
