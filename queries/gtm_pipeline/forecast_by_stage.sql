-- The open pipeline by stage, and what history says of it: amount times the share of closed deals that were won after
-- reaching the stage.
-- grain:   stage
-- columns: stage VARCHAR, stage_order INTEGER, deals BIGINT, amount DECIMAL(38,2), closed_after BIGINT,
--          won_after BIGINT, won_rate DOUBLE, weighted DECIMAL(38,8)
-- params:  $end DATE, $segment VARCHAR, $country VARCHAR
-- The rates are those of all closed deals, whatever the filters; closed_after is their sample size.

with stage as (
    select unnest(['Lead', 'MQL', 'SQL', 'Discovery', 'Proposal', 'Negotiation']) as stage,
        unnest(range(1, 7))::integer as stage_order
),

furthest as (
    select
        is_won,
        case
            when negotiation_date is not null or is_won then 6
            when proposal_date is not null then 5
            when discovery_date is not null then 4
            when sql_date is not null then 3
            when mql_date is not null then 2
            else 1
        end as stage_order
    from gold.fact_pipeline
    where not is_open
),

rate as (
    select
        stage.stage_order,
        count(*) as closed_after,
        count(*) filter (where furthest.is_won) as won_after
    from stage
    join furthest on furthest.stage_order >= stage.stage_order
    group by stage.stage_order
),

open_deal as (
    select
        case
            when fact.negotiation_date < $end then 6
            when fact.proposal_date < $end then 5
            when fact.discovery_date < $end then 4
            when fact.sql_date < $end then 3
            when fact.mql_date < $end then 2
            else 1
        end as stage_order,
        count(*) as deals,
        sum(fact.deal_amount) as amount
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.created_date < $end
        and (fact.closed_date is null or fact.closed_date >= $end)
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
    group by all
)

select
    stage.stage,
    stage.stage_order,
    coalesce(open_deal.deals, 0) as deals,
    coalesce(open_deal.amount, 0)::decimal(38, 2) as amount,
    coalesce(rate.closed_after, 0) as closed_after,
    coalesce(rate.won_after, 0) as won_after,
    round(rate.won_after / nullif(rate.closed_after, 0), 6) as won_rate,
    (
        coalesce(open_deal.amount, 0)::decimal(18, 2)
        * coalesce(rate.won_after / nullif(rate.closed_after, 0), 0)::decimal(9, 6)
    )::decimal(38, 8) as weighted
from stage
left join open_deal using (stage_order)
left join rate using (stage_order)
order by stage.stage_order
