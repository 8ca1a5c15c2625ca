-- How the segments differ: six measures of each, on a scale on which the best segment of the measure is 100. Revenue,
-- orders and web visits are a year's per customer under contract; all customers of the segment count, whether they
-- bought or not.
-- grain:   segment, axis
-- columns: segment VARCHAR, position INTEGER, axis VARCHAR, value DOUBLE, score DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, coalesce(segment, 'Unknown') as segment, status, health_score, is_repeat_customer
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and status <> 'Churned'
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

activity as (
    select customer_uid, sum(revenue) as revenue, sum(orders) as orders, count(*) filter (web_events > 0) as visits
    from gold.customer_activity
    where activity_date > $as_of::date - interval 12 month and activity_date <= $as_of
    group by customer_uid
),

answers as (
    select customer_uid, count(*) filter (csat_score >= 4) as content, count(csat_score) as answers
    from gold.fact_interactions
    where interaction_date > $as_of::date - interval 12 month and interaction_date <= $as_of
    group by customer_uid
),

segments as (
    select
        segment,
        coalesce(sum(revenue), 0)::double / count(*) as revenue,
        coalesce(sum(orders), 0) / count(*)::double as orders,
        coalesce(sum(visits), 0) / count(*)::double as visits,
        count(*) filter (is_repeat_customer) / count(*)::double as repeaters,
        sum(content) / nullif(sum(answers), 0)::double as csat,
        round(avg(health_score), 6) as health
    from customers
    left join activity using (customer_uid)
    left join answers using (customer_uid)
    group by segment
),

measures as (
    select
        segment,
        unnest([1, 2, 3, 4, 5, 6]) as position,
        unnest(['Revenue', 'Orders', 'Repeat buyers', 'Satisfaction', 'Health', 'Web visits']) as axis,
        unnest([revenue, orders, repeaters, csat, health, visits]) as value
    from segments
)

select segment, position, axis, value, 100 * value / nullif(max(value) over (partition by axis), 0) as score
from measures
order by segment, position
