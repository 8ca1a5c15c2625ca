-- Recorded pairs by tier of their score and by what became of them.
-- grain:   match_tier, steward_status
-- columns: match_tier VARCHAR, tier_order INTEGER, steward_status VARCHAR, pairs BIGINT, share DOUBLE
-- params:  none

select
    match_tier,
    case match_tier when 'AUTO_MERGE' then 1 when 'REVIEW' then 2 else 3 end as tier_order,
    steward_status,
    count(*) as pairs,
    round(count(*) / sum(count(*)) over (), 6) as share
from gold.mdm_match_pairs
group by match_tier, steward_status
order by tier_order, pairs desc, steward_status
