-- Open deals by stage: on pace, or aged, which is longer in the stage than nine in ten won deals ever stayed there.
-- grain:   stage
-- columns: stage VARCHAR, stage_order INTEGER, p90_days DOUBLE, on_pace BIGINT, aged BIGINT, aged_share DOUBLE,
--          aged_amount DECIMAL(38,2)
-- params:  $segment VARCHAR, $country VARCHAR
-- As of today, whatever the period; the limits come from all won deals.

with stage as (
    select unnest(['Lead', 'MQL', 'SQL', 'Discovery', 'Proposal', 'Negotiation']) as stage,
        unnest(range(1, 7))::integer as stage_order
),

won_visit as (
    select
        unnest(range(1, 7))::integer as stage_order,
        unnest([created_date, mql_date, sql_date, discovery_date, proposal_date, negotiation_date]) as entered,
        unnest([mql_date, sql_date, discovery_date, proposal_date, negotiation_date, closed_date]) as left_on
    from gold.fact_pipeline
    where is_won
),

pace as (
    select stage_order, quantile_cont(date_diff('day', entered, left_on), 0.9) as p90_days
    from won_visit
    where entered is not null and left_on is not null
    group by stage_order
),

open_deal as (
    select fact.current_stage as stage, fact.days_in_stage, fact.deal_amount
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.is_open
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
)

select
    stage.stage,
    stage.stage_order,
    any_value(pace.p90_days) as p90_days,
    count(*) filter (where open_deal.days_in_stage <= pace.p90_days) as on_pace,
    count(*) filter (where open_deal.days_in_stage > pace.p90_days) as aged,
    round(count(*) filter (where open_deal.days_in_stage > pace.p90_days) / nullif(count(open_deal.stage), 0), 6)
        as aged_share,
    coalesce(sum(open_deal.deal_amount) filter (where open_deal.days_in_stage > pace.p90_days), 0)::decimal(38, 2)
        as aged_amount
from stage
left join pace using (stage_order)
left join open_deal using (stage)
group by stage.stage, stage.stage_order
having count(open_deal.stage) > 0
order by stage.stage_order
