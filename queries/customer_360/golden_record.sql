-- The golden record of one customer: for every attribute the value that survived, the source record and the rule it
-- survived by, and the values of the other records that lost to it.
-- grain:   attribute
-- columns: position INTEGER, attribute VARCHAR, value VARCHAR, source_system VARCHAR, record_id VARCHAR,
--          rule VARCHAR, candidates BIGINT, different BIGINT, lost VARCHAR
-- params:  $uid VARCHAR

with named as (
    select *
    from (
        values (1, 'full_name', 'Name'), (2, 'email', 'E-mail'), (3, 'phone', 'Phone'), (4, 'street', 'Street'),
            (5, 'postal_code', 'Postal code'), (6, 'city', 'City'), (7, 'country', 'Country'),
            (8, 'segment', 'Segment'),
            (9, 'industry', 'Industry'), (10, 'tax_id', 'VAT id'), (11, 'is_churned', 'Contract ended'),
            (12, 'created_date', 'Customer since')
    ) as names(position, attribute, name)
),

candidates as (
    select
        attribute,
        record_id,
        split_part(record_id, ':', 1) as system,
        value,
        rule,
        rank,
        is_survivor,
        first_value(value) over (partition by attribute order by rank, record_id) as golden
    from mdm.golden_attribute
    where customer_uid = $uid
)

select
    coalesce(named.position, 99)::integer as position,
    coalesce(named.name, candidates.attribute) as attribute,
    case
        when candidates.attribute <> 'is_churned' then max(value) filter (is_survivor)
        when max(value) filter (is_survivor) = 'true' then 'Yes'
        else 'No'
    end as value,
    max(case when system in ('SAP', 'Salesforce', 'Oracle') then system else 'Steward' end) filter (is_survivor)
        as source_system,
    max(record_id) filter (is_survivor) as record_id,
    case max(rule) filter (is_survivor)
        when 'most_trusted' then 'Most trusted system'
        when 'most_recent' then 'Most recent change'
        when 'longest' then 'Longest value'
        when 'oldest' then 'Earliest'
        when 'steward_override' then 'Set by a steward'
        else max(rule) filter (is_survivor)
    end as rule,
    count(*) as candidates,
    count(distinct value) filter (not is_survivor and value is distinct from golden) as different,
    string_agg(system || ': ' || value, ' · ' order by rank, record_id) filter (
        not is_survivor and value is distinct from golden
    ) as lost
from candidates
left join named using (attribute)
group by named.position, named.name, candidates.attribute
order by position, attribute
