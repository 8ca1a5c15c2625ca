-- The signals behind one alert: what was observed on its order, and what would be usual for the customer.
-- grain:   signal
-- columns: signal VARCHAR, signal_order INTEGER, observed VARCHAR, usual VARCHAR, is_unusual BOOLEAN
-- params:  $alert_id VARCHAR
-- Local time is that of the golden record's country, standard time. Same order again: other orders of the product and
-- amount within two days. Ordered by: the mailbox of the source record under which the order came.

with alert as (
    select fact.*, customer.country, golden.email as golden_email, golden.tax_id
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    left join mdm.golden_customer as golden on fact.customer_uid = golden.customer_uid
    where fact.alert_id = $alert_id
),

zone as (
    select
        unnest(['US', 'CA', 'BR', 'GB', 'DE', 'FR', 'IN', 'SG', 'JP', 'AU']) as country,
        unnest([-300, -300, -180, 0, 60, 60, 330, 480, 540, 600]) as minutes
),

sale as (
    select
        sales.*,
        product.product_name,
        placed.po_number,
        record.email as record_email,
        placed.ordered_at + to_minutes(coalesce(zone.minutes, 0)) as local_time
    from gold.fact_sales as sales
    join alert on sales.order_id = alert.order_id
    join gold.dim_product as product using (product_id)
    left join silver.sales_order as placed on sales.order_id = placed.order_id
    left join silver.customer as record on placed.customer_record_id = record.record_id
    left join zone on alert.country = zone.country
),

history as (
    select
        count(*) as orders,
        median(other.line_total) as median_amount,
        max(other.discount_pct) as highest_discount,
        count(*) filter (where abs(date_diff('day', other.order_date, sale.order_date)) <= 1) as near_by,
        count(*) filter (
            where abs(date_diff('day', other.order_date, sale.order_date)) <= 2
            and other.product_id = sale.product_id
            and other.line_total = sale.line_total
        ) as same_order
    from sale
    join gold.fact_sales as other on sale.customer_uid = other.customer_uid and sale.order_id <> other.order_id
)

select
    'Risk score' as signal, 1 as signal_order, format('{:.0f} of 100', risk_score) as observed, 'below 50' as usual,
    risk_score >= 50 as is_unusual
from alert
union all
select
    'Amount', 2, format('${:,.0f}', sale.line_total::double),
    coalesce(format('about ${:,.0f}', history.median_amount::double), 'first order'),
    coalesce(history.orders >= 3 and sale.line_total >= 4 * history.median_amount, false)
from sale cross join history
union all
select
    'Round amount', 3, case when sale.line_total % 1000 = 0 then 'yes' else 'no' end, 'no', sale.line_total % 1000 = 0
from sale
union all
select 'Ships to', 4, sale.ship_country, alert.country, sale.ship_country is distinct from alert.country
from sale cross join alert
union all
select
    'Local time', 5, strftime(sale.local_time, '%H:%M'), '05:00–22:00', hour(sale.local_time) >= 22 or hour(sale.local_time) < 5
from sale
where sale.local_time is not null
union all
select 'Orders within a day', 6, (history.near_by + 1)::varchar, '1 to 3', history.near_by >= 3
from sale cross join history
union all
select 'Same order again', 7, history.same_order::varchar, '0', history.same_order > 0
from sale cross join history
union all
select
    'Ordered by', 8, coalesce('@' || split_part(lower(sale.record_email), '@', 2), 'no e-mail'),
    coalesce('@' || split_part(lower(alert.golden_email), '@', 2), 'unknown'),
    split_part(lower(sale.record_email), '@', 2) is distinct from split_part(lower(alert.golden_email), '@', 2)
from sale cross join alert
union all
select 'Tax id', 9, coalesce(tax_id, 'none'), 'one', tax_id is null
from alert
union all
select 'Purchase order', 10, coalesce(sale.po_number, 'none'), 'one', sale.po_number is null
from sale
union all
select
    'Discount', 11, sale.discount_pct || '%', 'up to ' || coalesce(history.highest_discount, 0) || '%',
    sale.discount_pct > coalesce(history.highest_discount, 0)
from sale cross join history
order by is_unusual desc, signal_order
