-- The pipeline by complete calendar month: the period, and at least the twelve months to its end.
-- grain:   month
-- columns: month DATE, created_deals BIGINT, created_amount DECIMAL(38,2), won_deals BIGINT, won_amount DECIMAL(38,2),
--          closed_deals BIGINT, win_rate DOUBLE, cycle_days DOUBLE, open_amount DECIMAL(38,2), weighted DECIMAL(38,8),
--          velocity DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- open_amount is what was open on the last day of the month, weighted the same times today's historic stage-to-won rates;
-- velocity as in the summary, with the month's closed deals.

with deal as (
    select fact.*
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

month as (
    select unnest(range(
        date_trunc('month', least($start, ($end - interval 12 month)::date)),
        date_trunc('month', $end)::timestamp,
        interval 1 month
    ))::date as month
),

edge as (
    select month, (month + interval 1 month)::date as next_month
    from month
    where month >= (select date_trunc('month', min(created_date)) from gold.fact_pipeline)
),

created as (
    select edge.month, count(*) as deals, sum(deal.deal_amount) as amount
    from edge
    join deal on deal.created_date >= edge.month and deal.created_date < edge.next_month
    group by edge.month
),

closed as (
    select
        edge.month,
        count(*) as deals,
        count(*) filter (where deal.is_won) as won,
        coalesce(sum(deal.deal_amount) filter (where deal.is_won), 0) as won_amount,
        sum(date_diff('day', deal.created_date, deal.closed_date)) filter (where deal.is_won) as won_days
    from edge
    join deal on deal.closed_date >= edge.month and deal.closed_date < edge.next_month
    group by edge.month
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
    select stage.stage_order, (count(*) filter (where furthest.is_won) / count(*))::decimal(9, 6) as won_rate
    from (select unnest(range(1, 7)) as stage_order) as stage
    join furthest on furthest.stage_order >= stage.stage_order
    group by stage.stage_order
),

standing as (
    select
        edge.month,
        case
            when deal.negotiation_date < edge.next_month then 6
            when deal.proposal_date < edge.next_month then 5
            when deal.discovery_date < edge.next_month then 4
            when deal.sql_date < edge.next_month then 3
            when deal.mql_date < edge.next_month then 2
            else 1
        end as stage_order,
        count(*) as deals,
        sum(deal.deal_amount) as amount
    from edge
    join deal
        on deal.created_date < edge.next_month and (deal.closed_date is null or deal.closed_date >= edge.next_month)
    group by all
),

open_at as (
    select
        standing.month,
        sum(standing.amount) as amount,
        sum(standing.amount::decimal(18, 2) * coalesce(rate.won_rate, 0::decimal(9, 6))) as weighted,
        coalesce(sum(standing.deals) filter (where standing.stage_order >= 3), 0) as qualified
    from standing
    left join rate using (stage_order)
    group by standing.month
)

select
    edge.month,
    coalesce(created.deals, 0) as created_deals,
    coalesce(created.amount, 0)::decimal(38, 2) as created_amount,
    coalesce(closed.won, 0) as won_deals,
    coalesce(closed.won_amount, 0)::decimal(38, 2) as won_amount,
    coalesce(closed.deals, 0) as closed_deals,
    round(closed.won / nullif(closed.deals, 0), 6) as win_rate,
    round(closed.won_days / nullif(closed.won, 0), 4) as cycle_days,
    coalesce(open_at.amount, 0)::decimal(38, 2) as open_amount,
    coalesce(open_at.weighted, 0)::decimal(38, 8) as weighted,
    round(
        open_at.qualified::double * closed.won_amount::double / nullif(closed.deals, 0)
        / nullif(closed.won_days / nullif(closed.won, 0), 0),
        2
    ) as velocity
from edge
left join created using (month)
left join closed using (month)
left join open_at using (month)
order by edge.month
