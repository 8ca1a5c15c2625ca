-- The week in one sentence: revenue against the median of the eight weeks before, and the three of leads, open
-- pipeline, fraud alerts and orders that are furthest from their own recent normal (in multiples of their usual
-- spread).
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

weeks as (
    select
        unnest(range(9)) as span,
        $as_of::date + 1 - 7 * span::integer as span_end
),

dated as (
    select 'revenue' as kpi, order_date as day, line_total as amount
    from gold.fact_sales
    join customers using (customer_uid)
    union all
    select 'orders', order_date, 1
    from gold.fact_sales
    join customers using (customer_uid)
    union all
    select 'new leads', created_date, 1
    from gold.fact_pipeline
    join customers using (customer_uid)
    union all
    select 'won deals', closed_date, 1
    from gold.fact_pipeline
    join customers using (customer_uid)
    where is_won
    union all
    select 'fraud alerts', detected_at::date, 1
    from gold.fact_fraud_signals
    join customers using (customer_uid)
    union all
    select 'negative interactions', interaction_date, 1
    from gold.fact_interactions
    join customers using (customer_uid)
    where sentiment = 'Negative'
),

weekly as (
    select kpi, span, sum(amount)::double as value
    from weeks
    join dated on day >= span_end - 7 and day < span_end
    group by kpi, span
),

filled as (
    select kpi, span, coalesce(value, 0) as value
    from (select distinct kpi from weekly)
    cross join weeks
    left join weekly using (kpi, span)
),

compared as (
    select
        kpi,
        max(value) filter (span = 0) as value,
        median(value) filter (span > 0) as usual,
        stddev_samp(value) filter (span > 0) as spread
    from filled
    group by kpi
),

furthest as (
    select
        format(
            '**{:,.0f} {}** (usually {:,.0f})', value, case when value = 1 then rtrim(kpi, 's') else kpi end, usual
        ) as driver,
        abs(value - usual) / nullif(spread, 0) as distance,
        kpi
    from compared
    where kpi <> 'revenue' and value <> usual and spread > 0
    qualify row_number() over (order by distance desc, kpi) <= 3
),

listed as (
    select list(driver order by distance desc, kpi) as drivers
    from furthest
)

select
    case
        when usual > 0
            then 'The last seven days brought **$' || case
                when value >= 999500 then format('{:.2f}M', value / 1e6)
                else format('{:,.0f}k', value / 1e3)
            end || '**, ' || case
                when abs(value / usual - 1) < 0.005 then 'as much as a usual week'
                when value > usual then format('{:,.0f}% more than a usual week', 100 * (value / usual - 1))
                else format('{:,.0f}% less than a usual week', 100 * (1 - value / usual))
            end || case
                when len(drivers) = 3
                    then '. Furthest from normal: ' || drivers[1] || ', ' || drivers[2] || ' and ' || drivers[3] || '.'
                else '.'
            end
    end as sentence,
    case when value > usual then 'good' when value < usual * 0.9 then 'alert' else 'neutral' end as tone
from listed
left join compared on kpi = 'revenue'
