-- Customer records to try the live match with: real ones of this release, and one that nobody knows.
-- grain:   example
-- columns: example VARCHAR, example_order INTEGER, story VARCHAR, record_id VARCHAR, name VARCHAR, email VARCHAR,
--          phone VARCHAR, street VARCHAR, postal_code VARCHAR, city VARCHAR, country VARCHAR, source_system VARCHAR
-- params:  none
-- record_id is set where the record is one of the release: the match then leaves the record itself out. Only records are
-- chosen that have no twin besides, so that the pair of the batch run is the best that the match can find.

with records as (
    select customer_uid, count(*) as records
    from mdm.crosswalk
    where source_system in ('SAP', 'Salesforce')
    group by customer_uid
),

pair as (
    select
        pair.*,
        row_number() over (partition by match_tier order by match_score, pair_id) as from_below,
        row_number() over (partition by match_tier order by match_score desc, pair_id) as from_above
    from gold.mdm_match_pairs as pair
    join records on pair.customer_uid_b = records.customer_uid
    where records.records = case when match_tier = 'AUTO_MERGE' then 2 else 1 end
),

chosen as (
    select
        case
            when match_tier = 'AUTO_MERGE' then 'The same customer, spelt differently'
            when match_tier = 'REVIEW' then 'One for the steward'
            else 'A near miss'
        end as example,
        case match_tier when 'AUTO_MERGE' then 1 when 'REVIEW' then 3 else 4 end as example_order,
        case
            when match_tier = 'AUTO_MERGE' then 'A Salesforce account whose SAP twin the batch run merged, with the lowest score of all merges.'
            when match_tier = 'REVIEW' then 'A record of the pair with the highest score that still waits for a decision.'
            else 'A record of the pair with the highest score below the review threshold: affiliates, or a false negative.'
        end as story,
        customer_b as record_id
    from pair
    where (match_tier = 'AUTO_MERGE' and from_below = 1)
        or (match_tier <> 'AUTO_MERGE' and from_above = 1)
),

typed as (
    select chosen.*, record.name, record.email, record.phone, record.street, record.postal_code, record.city,
        record.country, record.source_system
    from chosen
    join silver.customer as record using (record_id)
),

retyped as (
    select
        'Typed by hand' as example,
        2 as example_order,
        'A golden customer as a clerk might key it in: capitals, no legal form, umlauts written out, phone in one go.'
            as story,
        null as record_id,
        upper(replace(replace(replace(replace(
            regexp_replace(full_name, ',? (GmbH|AG|KG|Ltd|Limited|Inc|Incorporated|LLC|L\.L\.C|Corp|Corporation|plc)\.?$', ''),
            'ä', 'ae'), 'ö', 'oe'), 'ü', 'ue'), 'ß', 'ss')) as name,
        upper(email) as email,
        regexp_replace(phone, '[^0-9+]', '', 'g') as phone,
        street,
        postal_code,
        city,
        country,
        'Salesforce' as source_system
    from mdm.golden_customer
    where email is not null and phone is not null and street is not null and source_systems = 'SAP'
    order by regexp_matches(full_name, '[äöü]') desc, length(full_name) desc, customer_uid
    limit 1
)

select
    example, example_order::integer as example_order, story, record_id, name, email, phone, street, postal_code, city,
    country, source_system
from typed
union all
select * from retyped
union all
select
    'A new customer', 5, 'Nobody in the lakehouse has this name, mailbox or phone.', null,
    'Zephyr Quayside Instruments Ltd', 'hello@zephyr-quayside.example', '+44 20 7946 0857', '17 Tidewater Row', 'E14 9XQ',
    'London', 'GB', 'Salesforce'
order by example_order
