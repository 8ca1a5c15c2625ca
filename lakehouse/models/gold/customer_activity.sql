-- What happened with each customer on each day it had any activity: orders, interactions and known web events.
-- grain:   customer_uid, activity_date
-- columns: customer_uid VARCHAR, activity_date DATE, orders BIGINT, revenue DECIMAL(18,2), interactions BIGINT,
--          positive BIGINT, negative BIGINT, web_events BIGINT
-- The one definition of activity; status, lifecycle and health build on it.

with activity as (
    select
        customer_uid, order_date as activity_date, 1 as orders, line_total as revenue,
        0 as interactions, 0 as positive, 0 as negative, 0 as web_events
    from {{ ref('fact_sales') }}
    union all
    select
        customer_uid, interaction_date, 0, 0,
        1, case when sentiment = 'Positive' then 1 else 0 end, case when sentiment = 'Negative' then 1 else 0 end, 0
    from {{ ref('fact_interactions') }}
    union all
    select
        customer_uid, cast(event_timestamp as date), 0, 0,
        0, 0, 0, 1
    from {{ ref('fact_clickstream') }}
    where customer_uid is not null
)

select
    customer_uid,
    activity_date,
    cast(sum(orders) as bigint) as orders,
    cast(sum(revenue) as decimal(18, 2)) as revenue,
    cast(sum(interactions) as bigint) as interactions,
    cast(sum(positive) as bigint) as positive,
    cast(sum(negative) as bigint) as negative,
    cast(sum(web_events) as bigint) as web_events
from activity
group by customer_uid, activity_date
order by customer_uid, activity_date
