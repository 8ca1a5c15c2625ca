-- The open pipeline by the month it is expected to close in, weighted with historic stage-to-won rates.
-- grain:   due
-- columns: due VARCHAR, due_order BIGINT, deals BIGINT, amount DECIMAL(38,2), commit_weighted DECIMAL(38,8),
--          best_case_weighted DECIMAL(38,8), early_weighted DECIMAL(38,8), weighted DECIMAL(38,8)
-- params:  $end DATE, $segment VARCHAR, $country VARCHAR
-- commit: Negotiation. best case: Proposal and Discovery. early: SQL, MQL and Lead. Six months, then Later; Overdue:
-- expected before the last day of the period and still open.

with furthest as (
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
    select stage.stage_order, (count(*) filter (where furthest.is_won) / count(*))::decimal(9, 6) as won_rate
    from (select unnest(range(1, 7)) as stage_order) as stage
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
        fact.expected_close_date,
        fact.deal_amount
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.created_date < $end
        and (fact.closed_date is null or fact.closed_date >= $end)
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
),

bucket as (
    select
        case
            when expected_close_date < ($end - interval 1 day)::date then 0
            else least(date_diff('month', ($end - interval 1 day)::date, expected_close_date) + 1, 8)
        end as due_order,
        open_deal.stage_order,
        count(*) as deals,
        sum(deal_amount) as amount,
        sum(deal_amount)::decimal(18, 2) * coalesce(any_value(rate.won_rate), 0::decimal(9, 6)) as weighted
    from open_deal
    left join rate using (stage_order)
    group by all
)

select
    case
        when due_order = 0 then 'Overdue'
        when due_order = 8 then 'Later'
        else strftime(date_trunc('month', $end - interval 1 day) + to_months((due_order - 1)::integer), '%b')
    end as due,
    due_order,
    sum(deals)::bigint as deals,
    sum(amount)::decimal(38, 2) as amount,
    coalesce(sum(weighted) filter (where stage_order = 6), 0)::decimal(38, 8) as commit_weighted,
    coalesce(sum(weighted) filter (where stage_order in (4, 5)), 0)::decimal(38, 8) as best_case_weighted,
    coalesce(sum(weighted) filter (where stage_order <= 3), 0)::decimal(38, 8) as early_weighted,
    sum(weighted)::decimal(38, 8) as weighted
from bucket
group by due_order
order by due_order
