-- Where deals come from: deals created in the period by lead source, and how those closed in the period ended.
-- grain:   lead_source
-- columns: lead_source VARCHAR, created_deals BIGINT, created_amount DECIMAL(38,2), won BIGINT, lost BIGINT,
--          win_rate DOUBLE, won_amount DECIMAL(38,2), cycle_days DOUBLE, label VARCHAR
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- win_rate = won / (won + lost), the denominator of every win rate on this page.

with source as (
    select
        coalesce(fact.lead_source, 'Unknown') as lead_source,
        count(*) filter (where fact.created_date >= $start and fact.created_date < $end) as created_deals,
        sum(fact.deal_amount) filter (where fact.created_date >= $start and fact.created_date < $end) as created_amount,
        count(*) filter (where fact.is_won and fact.closed_date >= $start and fact.closed_date < $end) as won,
        count(*) filter (where fact.is_lost and fact.closed_date >= $start and fact.closed_date < $end) as lost,
        sum(fact.deal_amount)
            filter (where fact.is_won and fact.closed_date >= $start and fact.closed_date < $end) as won_amount,
        sum(date_diff('day', fact.created_date, fact.closed_date))
            filter (where fact.is_won and fact.closed_date >= $start and fact.closed_date < $end) as won_days
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
    group by all
)

select
    lead_source,
    created_deals,
    coalesce(created_amount, 0)::decimal(38, 2) as created_amount,
    won,
    lost,
    round(won / nullif(won + lost, 0), 6) as win_rate,
    coalesce(won_amount, 0)::decimal(38, 2) as won_amount,
    round(won_days / nullif(won, 0), 4) as cycle_days,
    case when won + lost > 0 then format('{:.0f}% · {} of {}', 100 * won / (won + lost), won, won + lost) end as label
from source
where created_deals + won + lost > 0
order by won_amount desc, lead_source
