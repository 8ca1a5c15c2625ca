-- The ordered funnel of a session: each step counts only after the step before it in the same session.
-- grain:   step
-- columns: step VARCHAR, step_order INTEGER, sessions BIGINT, share_of_first DOUBLE, share_of_previous DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- Visited: any page. Evaluated: products, features, solutions, pricing, case studies, integrations. Requested: the page of
-- a demo, a trial or the checkout. Submitted: the form there. Conversions that skipped a step are not in it.

with visit as (
    select session_id, max(customer_uid) as customer_uid
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

chosen as (
    select visit.session_id
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

event as (
    select
        web.session_id,
        web.event_timestamp,
        web.page_url in ('/products', '/features', '/solutions', '/pricing', '/case-studies', '/integrations')
            as is_evaluation,
        web.page_url in ('/demo-request', '/free-trial', '/checkout') as is_request,
        web.is_converted
    from gold.fact_clickstream as web
    join chosen using (session_id)
    where web.event_timestamp >= $start and web.event_timestamp < $end
),

evaluated as (
    select session_id, min(event_timestamp) as reached_at
    from event
    where is_evaluation
    group by session_id
),

requested as (
    select event.session_id, min(event.event_timestamp) as reached_at
    from event
    join evaluated using (session_id)
    where event.is_request and event.event_timestamp > evaluated.reached_at
    group by event.session_id
),

submitted as (
    select event.session_id, min(event.event_timestamp) as reached_at
    from event
    join requested using (session_id)
    where event.is_converted and event.event_timestamp > requested.reached_at
    group by event.session_id
),

step as (
    select 'Visited' as step, 1 as step_order, count(*) as sessions from chosen
    union all
    select 'Evaluated', 2, count(*) from evaluated
    union all
    select 'Requested', 3, count(*) from requested
    union all
    select 'Submitted', 4, count(*) from submitted
)

select
    step,
    step_order,
    sessions,
    round(sessions / first_value(sessions) over (order by step_order), 6) as share_of_first,
    round(sessions / nullif(lag(sessions) over (order by step_order), 0), 6) as share_of_previous
from step
where (select count(*) from chosen) > 0
order by step_order
