-- Alerts that wait for a verdict, the most urgent first, with the order, the customer and the signals behind each.
-- grain:   alert_id
-- columns: alert_id VARCHAR, severity VARCHAR, risk_score DOUBLE, fraud_type VARCHAR, status VARCHAR,
--          customer_uid VARCHAR, customer VARCHAR, segment VARCHAR, country VARCHAR, order_id VARCHAR,
--          flagged_amount DECIMAL(18,2), times_usual DOUBLE, detection_method VARCHAR, detected_at TIMESTAMP,
--          age_hours BIGINT, hours_left BIGINT, signals VARCHAR
-- params:  $segment VARCHAR, $country VARCHAR, $severity VARCHAR, $as_of DATE
-- As of today, whatever the period. times_usual: order amount over the median of the customer's orders.
-- hours_left: until the time allowed for the severity runs out; negative when overdue. Hours of the day are local.

with usual as (
    select customer_uid, median(line_total) as median_amount, count(*) as orders
    from gold.fact_sales
    group by customer_uid
),

zone as (
    select
        unnest(['US', 'CA', 'BR', 'GB', 'DE', 'FR', 'IN', 'SG', 'JP', 'AU']) as country,
        unnest([-300, -300, -180, 0, 60, 60, 330, 480, 540, 600]) as minutes
),

open_alert as (
    select
        fact.*,
        customer.full_name as customer,
        customer.segment,
        customer.country,
        sale.line_total,
        sale.ship_country,
        sale.discount_pct,
        case when usual.orders >= 3 then sale.line_total::double / nullif(usual.median_amount, 0)::double end
            as times_usual,
        hour(placed.ordered_at + to_minutes(coalesce(zone.minutes, 0))) as local_hour,
        split_part(lower(record.email), '@', 2) as record_domain,
        split_part(lower(golden.email), '@', 2) as golden_domain,
        golden.tax_id,
        count(near_by.order_id) as orders_near_by,
        date_diff('second', fact.detected_at, $as_of + interval 1 day) / 3600 as age_hours,
        case fact.severity when 'Critical' then 4 when 'High' then 24 when 'Medium' then 72 else 168 end as allowed
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    left join gold.fact_sales as sale on fact.order_id = sale.order_id
    left join silver.sales_order as placed on fact.order_id = placed.order_id
    left join silver.customer as record on placed.customer_record_id = record.record_id
    left join mdm.golden_customer as golden on fact.customer_uid = golden.customer_uid
    left join zone on customer.country = zone.country
    left join usual on fact.customer_uid = usual.customer_uid
    left join gold.fact_sales as near_by
        on sale.customer_uid = near_by.customer_uid
            and near_by.order_id <> sale.order_id
            and abs(date_diff('day', sale.order_date, near_by.order_date)) <= 1
    where fact.status in ('Open', 'Investigating')
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
    group by all
)

select
    alert_id,
    severity,
    risk_score,
    fraud_type,
    status,
    customer_uid,
    customer,
    segment,
    country,
    order_id,
    flagged_amount,
    round(times_usual, 2) as times_usual,
    detection_method,
    detected_at,
    floor(age_hours)::bigint as age_hours,
    floor(allowed - age_hours)::bigint as hours_left,
    coalesce(nullif(concat_ws(
        ' · ',
        case when times_usual >= 4 then format('{:.0f}× usual amount', times_usual) end,
        case when ship_country <> country then 'ships to ' || ship_country end,
        case when orders_near_by >= 3 then format('{} orders within a day', orders_near_by + 1) end,
        case when local_hour >= 22 or local_hour < 5 then format('placed at {:02d}h', local_hour) end,
        case when record_domain <> golden_domain then 'mailbox @' || record_domain end,
        case when tax_id is null then 'no tax id' end,
        case when line_total >= 1000 and line_total % 1000 = 0 then 'round amount' end,
        case when discount_pct >= 20 then '20% discount' end,
        case when order_id is null then 'no order' end
    ), ''), 'detector only') as signals
from open_alert
order by
    case severity when 'Critical' then 1 when 'High' then 2 when 'Medium' then 3 else 4 end,
    risk_score desc,
    alert_id
