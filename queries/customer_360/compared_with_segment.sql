-- One customer beside the middle of its segment: for six measures of the last twelve months, the share of all
-- customers under contract that it is ahead of (0 to 100); for the segment, the median of its customers' places.
-- grain:   who, axis
-- columns: position INTEGER, who VARCHAR, axis VARCHAR, place DOUBLE
-- params:  $uid VARCHAR, $as_of DATE

with customers as (
    select customer_uid, coalesce(segment, 'Unknown') as segment, days_since_activity
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current and (status <> 'Churned' or customer_uid = $uid)
),

activity as (
    select
        customer_uid,
        sum(revenue) as revenue,
        sum(orders) as orders,
        sum(web_events) as web_events,
        sum(positive - negative) / nullif(sum(interactions), 0)::double as mood
    from gold.customer_activity
    where activity_date > $as_of::date - interval 12 month and activity_date <= $as_of
    group by customer_uid
),

margins as (
    select customer_uid, sum(profit)::double / nullif(sum(line_total), 0)::double as margin
    from gold.fact_sales
    where order_date > $as_of::date - interval 12 month and order_date <= $as_of
    group by customer_uid
),

places as (
    select
        customer_uid,
        segment,
        100 * percent_rank() over (order by days_since_activity desc) as recency,
        100 * percent_rank() over (order by coalesce(orders, 0)) as frequency,
        100 * percent_rank() over (order by coalesce(revenue, 0)) as revenue,
        100 * percent_rank() over (order by coalesce(margin, 0)) as margin,
        100 * percent_rank() over (order by coalesce(mood, 0)) as mood,
        100 * percent_rank() over (order by coalesce(web_events, 0)) as web
    from customers
    left join activity using (customer_uid)
    left join margins using (customer_uid)
),

mine as (
    select 1 as who_position, 'This customer' as who, recency, frequency, revenue, margin, mood, web
    from places
    where customer_uid = $uid
    union all
    select
        2,
        'Median of ' || any_value(segment),
        median(recency),
        median(frequency),
        median(revenue),
        median(margin),
        median(mood),
        median(web)
    from places
    where segment = (select segment from places where customer_uid = $uid)
    having count(*) > 0
)

select
    unnest([1, 2, 3, 4, 5, 6]) as position,
    who,
    unnest(['Recency', 'Orders', 'Revenue', 'Margin', 'Sentiment', 'Web visits']) as axis,
    unnest([recency, frequency, revenue, margin, mood, web])::double as place
from mine
order by who_position, position
