-- Days that deals spend in each stage: deals won in the period, and the deals that stand there at its end.
-- grain:   stage
-- columns: stage VARCHAR, stage_order INTEGER, won_deals BIGINT, won_median_days DOUBLE, won_p90_days DOUBLE,
--          open_deals BIGINT, open_median_days DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with deal as (
    select fact.*
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

visit as (
    select
        is_won,
        closed_date,
        unnest(['Lead', 'MQL', 'SQL', 'Discovery', 'Proposal', 'Negotiation']) as stage,
        unnest(range(1, 7))::integer as stage_order,
        unnest([created_date, mql_date, sql_date, discovery_date, proposal_date, negotiation_date]) as entered,
        unnest([mql_date, sql_date, discovery_date, proposal_date, negotiation_date, closed_date]) as next_entered
    from deal
    where created_date < $end
),

stay as (
    select
        *,
        coalesce(next_entered, closed_date) as left_on
    from visit
    where entered < $end
)

select
    stage,
    stage_order,
    count(*) filter (where is_won and closed_date >= $start and closed_date < $end) as won_deals,
    median(date_diff('day', entered, left_on))
        filter (where is_won and closed_date >= $start and closed_date < $end) as won_median_days,
    quantile_cont(date_diff('day', entered, left_on), 0.9)
        filter (where is_won and closed_date >= $start and closed_date < $end) as won_p90_days,
    count(*) filter (where left_on is null or left_on >= $end) as open_deals,
    median(date_diff('day', entered, $end - interval 1 day))
        filter (where left_on is null or left_on >= $end) as open_median_days
from stay
group by stage, stage_order
order by stage_order
