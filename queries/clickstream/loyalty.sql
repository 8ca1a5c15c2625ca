-- First visits against return visits: sessions, and how many of them convert.
-- grain:   visit
-- columns: visit VARCHAR, visit_order INTEGER, sessions BIGINT, converting BIGINT, session_cvr DOUBLE,
--          sessions_share DOUBLE, label VARCHAR
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- Counted over all of a visitor's sessions, also those before the period.

with visit as (
    select
        session_id,
        min(visitor_id) as visitor_id,
        max(customer_uid) as customer_uid,
        min(event_timestamp) as started_at,
        bool_or(is_converted) as is_converted
    from gold.fact_clickstream
    where event_timestamp < $end
    group by session_id
),

numbered as (
    select *, row_number() over (partition by visitor_id order by started_at, session_id) as visit_number
    from visit
),

chosen as (
    select
        case when visit_number = 1 then 1 when visit_number = 2 then 2 when visit_number <= 4 then 3 else 4 end
            as visit_order,
        numbered.is_converted
    from numbered
    left join gold.dim_customer as customer on numbered.customer_uid = customer.customer_uid and customer.is_current
    where numbered.started_at >= $start
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
)

select
    case visit_order when 1 then 'First visit' when 2 then 'Second' when 3 then 'Third, fourth' else 'Fifth and on' end
        as visit,
    visit_order,
    count(*) as sessions,
    count(*) filter (where is_converted) as converting,
    round(count(*) filter (where is_converted) / count(*), 6) as session_cvr,
    round(count(*) / sum(count(*)) over (), 6) as sessions_share,
    format('{:.1f}% of {:,}', 100 * count(*) filter (where is_converted) / count(*), count(*)) as label
from chosen
group by visit_order
order by visit_order
