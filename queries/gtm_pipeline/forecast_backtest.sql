-- Forecast against outcome: what the pipeline open on the first of each month was worth for that month, by the rates
-- known then, beside what was won in it.
-- grain:   month
-- columns: month DATE, open_amount DECIMAL(38,2), forecast DECIMAL(38,2), actual DECIMAL(38,2), accuracy DOUBLE
-- params:  $end DATE, $segment VARCHAR, $country VARCHAR
-- Rate of a stage: share of deals that stood there on the first of an earlier month and were won within it; all deals,
-- whatever the filters. accuracy = 1 - |forecast - actual| / actual, not below 0. The first six months only teach.

with month as (
    select unnest(range(
        (select date_trunc('month', min(created_date)) + interval 1 month from gold.fact_pipeline),
        date_trunc('month', $end)::timestamp,
        interval 1 month
    ))::date as month
),

edge as (
    select month, (month + interval 1 month)::date as next_month, row_number() over (order by month) as position
    from month
),

deal as (
    select
        fact.*,
        ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
            as is_chosen
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
),

standing as (
    select
        edge.month,
        edge.position,
        case
            when deal.negotiation_date < edge.month then 6
            when deal.proposal_date < edge.month then 5
            when deal.discovery_date < edge.month then 4
            when deal.sql_date < edge.month then 3
            when deal.mql_date < edge.month then 2
            else 1
        end as stage_order,
        count(*) as deals,
        count(*) filter (where deal.is_won and deal.closed_date < edge.next_month) as won,
        coalesce(sum(deal.deal_amount) filter (where deal.is_chosen), 0) as amount
    from edge
    join deal on deal.created_date < edge.month and (deal.closed_date is null or deal.closed_date >= edge.month)
    group by all
),

predicted as (
    select
        month,
        position,
        amount,
        sum(won) over earlier / nullif(sum(deals) over earlier, 0) as won_rate
    from standing
    window earlier as (
        partition by stage_order order by position rows between unbounded preceding and 1 preceding
    )
),

forecast as (
    select
        month,
        sum(amount) as open_amount,
        sum((amount::double * coalesce(won_rate, 0))::decimal(38, 2)) as forecast
    from predicted
    where position > 6
    group by month
),

actual as (
    select edge.month, sum(deal.deal_amount) as actual
    from edge
    join deal on deal.is_won and deal.closed_date >= edge.month and deal.closed_date < edge.next_month
    where deal.is_chosen
    group by edge.month
)

select
    forecast.month,
    forecast.open_amount::decimal(38, 2) as open_amount,
    forecast.forecast::decimal(38, 2) as forecast,
    coalesce(actual.actual, 0)::decimal(38, 2) as actual,
    round(
        greatest(1 - abs(forecast.forecast::double - actual.actual::double) / nullif(actual.actual, 0)::double, 0), 6
    ) as accuracy
from forecast
left join actual using (month)
order by forecast.month
