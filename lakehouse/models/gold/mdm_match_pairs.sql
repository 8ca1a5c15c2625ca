-- Candidate pairs at or above the audit floor, with every field score and what became of them.
-- grain:   pair_id
-- columns: pair_id VARCHAR, customer_a VARCHAR, customer_b VARCHAR, name_similarity DOUBLE, email_match DOUBLE,
--          phone_match DOUBLE, address_similarity DOUBLE, source_bonus DOUBLE, match_score DOUBLE, match_tier VARCHAR,
--          steward_status VARCHAR, blocking_pass VARCHAR, customer_uid_a VARCHAR, customer_uid_b VARCHAR
-- customer_a and customer_b are source records; the uids are the golden customers they belong to now.

select
    pair.pair_id,
    pair.record_a as customer_a,
    pair.record_b as customer_b,
    pair.name_similarity,
    pair.email_match,
    pair.phone_match,
    pair.address_similarity,
    pair.source_bonus,
    pair.match_score,
    pair.match_tier,
    pair.steward_status,
    pair.blocking_pass,
    a.customer_uid as customer_uid_a,
    b.customer_uid as customer_uid_b
from {{ source('mdm', 'match_pair') }} as pair
join {{ source('mdm', 'crosswalk') }} as a on pair.record_a = a.record_id
join {{ source('mdm', 'crosswalk') }} as b on pair.record_b = b.record_id
order by pair.pair_id
