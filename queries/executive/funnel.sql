-- How far the deals created in the period have come: a deal counts in every stage up to the furthest it reached.
-- grain:   stage
-- columns: position INTEGER, stage VARCHAR, deals BIGINT, amount DECIMAL(38,2), share DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

deals as (
    select
        deal_amount,
        case
            when is_won then 7
            when negotiation_date is not null then 6
            when proposal_date is not null then 5
            when discovery_date is not null then 4
            when sql_date is not null then 3
            when mql_date is not null then 2
            else 1
        end as furthest
    from gold.fact_pipeline
    join customers using (customer_uid)
    where created_date >= $start and created_date < $end
)

select
    position,
    stage,
    count(*) as deals,
    sum(deal_amount) as amount,
    count(*) / nullif(max(count(*)) over (), 0)::double as share
from (
    values (1, 'Lead'), (2, 'MQL'), (3, 'SQL'), (4, 'Discovery'), (5, 'Proposal'), (6, 'Negotiation'), (7, 'Won')
) as stages(position, stage)
join deals on furthest >= position
group by position, stage
order by position
