-- Every recorded pair with its score, its tier and the customers that its two records belong to.
-- grain:   pair_id
-- columns: pair_id VARCHAR, match_score DOUBLE, match_tier VARCHAR, customer_uid_a VARCHAR, customer_uid_b VARCHAR

select pair_id, match_score, match_tier, customer_uid_a, customer_uid_b
from gold.mdm_match_pairs
order by pair_id
