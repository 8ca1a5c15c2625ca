-- All that happened with one customer, newest first: orders, interactions, web sessions, deals opened and closed,
-- fraud alerts and changes of the golden record.
-- grain:   event_id
-- columns: event_id VARCHAR, event_at TIMESTAMP, lane VARCHAR, title VARCHAR, detail VARCHAR, amount DECIMAL(18,2),
--          mood VARCHAR
-- params:  $uid VARCHAR

with orders as (
    select
        order_id as event_id,
        order_date::timestamp as event_at,
        'Orders' as lane,
        product_name as title,
        quantity || ' × ' || product_name || ', via ' || order_source
        || case when discount_pct > 0 then ', ' || discount_pct || '% off' else '' end as detail,
        line_total as amount,
        'Neutral' as mood
    from gold.fact_sales
    join gold.dim_product using (product_id)
    where customer_uid = $uid
),

interactions as (
    select
        interaction_id,
        interaction_date::timestamp,
        'Interactions',
        interaction_type,
        channel || ', ' || lower(sentiment)
        || coalesce(', CSAT ' || csat_score, '')
        || coalesce(', NPS ' || nps_score, '')
        || coalesce(', solved in ' || format('{:.0f} h', resolution_hours), ''),
        null,
        sentiment
    from gold.fact_interactions
    where customer_uid = $uid
),

sessions as (
    select
        session_id,
        min(event_timestamp),
        'Web sessions',
        case when bool_or(is_converted) then 'Session with a conversion' else 'Session' end,
        count(*) filter (event_type = 'page_view') || ' pages'
        || ' from ' || coalesce(arg_min(page_url, event_timestamp), '–')
        || ' to ' || coalesce(arg_max(page_url, event_timestamp), '–') || ', ' || any_value(device_type)
        || ', by ' || arg_min(referrer_source, event_timestamp),
        null,
        case when bool_or(is_converted) then 'Positive' else 'Neutral' end
    from gold.fact_clickstream
    where customer_uid = $uid
    group by session_id
),

deals as (
    select
        deal_id || '/created',
        created_date::timestamp,
        'Deals',
        'Deal opened',
        lead_source || case when is_open then ', now in ' || current_stage else '' end,
        deal_amount,
        'Neutral'
    from gold.fact_pipeline
    where customer_uid = $uid
    union all
    select
        deal_id || '/closed',
        closed_date::timestamp,
        'Deals',
        case when is_won then 'Deal won' else 'Deal lost' end,
        lead_source || coalesce(', ' || loss_reason, ''),
        deal_amount,
        case when is_won then 'Positive' else 'Negative' end
    from gold.fact_pipeline
    where customer_uid = $uid and closed_date is not null
),

alerts as (
    select
        alert_id,
        detected_at,
        'Fraud alerts',
        fraud_type,
        severity || ', ' || lower(status) || coalesce(', order ' || order_id, ''),
        flagged_amount,
        case when status in ('Open', 'Investigating', 'Confirmed Fraud') then 'Negative' else 'Neutral' end
    from gold.fact_fraud_signals
    where customer_uid = $uid
),

versions as (
    select
        customer_key,
        valid_from::timestamp,
        'Golden record',
        case when row_number() over (order by valid_from) = 1 then 'Became a customer' else 'New version' end,
        'Known in ' || replace(source_systems, '+', ', '),
        null,
        'Neutral'
    from gold.dim_customer
    where customer_uid = $uid
)

from (
    from orders
    union all from interactions
    union all from sessions
    union all from deals
    union all from alerts
    union all from versions
)
order by event_at desc, lane, event_id
