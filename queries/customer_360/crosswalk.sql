-- Every source record that belongs to one customer, and what linked it: the rule, and the score where it was a fuzzy
-- match.
-- grain:   record_id
-- columns: source_system VARCHAR, source_id VARCHAR, record_id VARCHAR, name VARCHAR, link VARCHAR,
--          link_rule VARCHAR, link_score DOUBLE, party_id VARCHAR
-- params:  $uid VARCHAR

select
    crosswalk.source_system,
    crosswalk.source_id,
    crosswalk.record_id,
    names.value as name,
    case crosswalk.link_rule
        when 'SINGLE' then 'Founding record'
        when 'DET-01' then 'Salesforce names its SAP customer number'
        when 'DET-02' then 'Same VAT id within SAP'
        when 'DET-03' then 'Same name, address and e-mail within Salesforce'
        when 'DET-04' then 'Oracle names the record it was made from'
        when 'AUTO_MERGE' then 'Matched automatically'
        when 'STEWARD' then 'Approved by a steward'
        else crosswalk.link_rule
    end as link,
    crosswalk.link_rule,
    crosswalk.link_score,
    crosswalk.party_id
from mdm.crosswalk
left join mdm.golden_attribute as names
    on crosswalk.record_id = names.record_id
        and crosswalk.customer_uid = names.customer_uid
        and names.attribute = 'full_name'
where crosswalk.customer_uid = $uid
order by
    case crosswalk.source_system when 'SAP' then 1 when 'Salesforce' then 2 else 3 end,
    crosswalk.source_id
