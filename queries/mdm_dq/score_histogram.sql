-- Recorded pairs by match score, in steps of one hundredth.
-- grain:   score_from
-- columns: score_from DOUBLE, pairs BIGINT
-- params:  none

select floor(round(match_score * 100, 4)) / 100 as score_from, count(*) as pairs
from gold.mdm_match_pairs
group by score_from
order by score_from
