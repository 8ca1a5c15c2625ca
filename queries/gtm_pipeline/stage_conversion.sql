-- How far the deals created in the period ever got: every stage counts the deals that reached it or a later one.
-- grain:   stage
-- columns: stage VARCHAR, stage_order INTEGER, deals BIGINT, amount DECIMAL(38,2), share_of_first DOUBLE,
--          share_of_previous DOUBLE, still_open BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- Monotone by construction. still_open: deals that stand in the stage today and may yet move on.

with deal as (
    select
        fact.deal_amount,
        case
            when fact.is_won then 7
            when fact.negotiation_date is not null then 6
            when fact.proposal_date is not null then 5
            when fact.discovery_date is not null then 4
            when fact.sql_date is not null then 3
            when fact.mql_date is not null then 2
            else 1
        end as furthest,
        fact.is_open
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.created_date >= $start
        and fact.created_date < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
),

stage as (
    select unnest(['Lead', 'MQL', 'SQL', 'Discovery', 'Proposal', 'Negotiation', 'Won']) as stage,
        unnest(range(1, 8))::integer as stage_order
),

reached as (
    select
        stage.stage,
        stage.stage_order,
        count(*) as deals,
        sum(deal.deal_amount) as amount,
        count(*) filter (where deal.is_open and deal.furthest = stage.stage_order) as still_open
    from stage
    join deal on deal.furthest >= stage.stage_order
    group by stage.stage, stage.stage_order
)

select
    stage,
    stage_order,
    deals,
    amount::decimal(38, 2) as amount,
    round(deals / first_value(deals) over (order by stage_order), 6) as share_of_first,
    round(deals / lag(deals) over (order by stage_order), 6) as share_of_previous,
    still_open
from reached
order by stage_order
