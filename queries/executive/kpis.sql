-- The headline figures, each beside its own recent normal: low and high are the least and most of the spans before,
-- usual is their median. Revenue, orders, leads and fraud alerts: the last seven days beside the eight weeks before.
-- Open pipeline: its amount now and at the end of those weeks. Traffic, latency, quality: the mean of the last 24
-- hours beside the six days before, each day of the same 24 hours; these are of the whole platform, segment and
-- country do not apply.
-- grain:   kpi
-- columns: position INTEGER, kpi VARCHAR, value DOUBLE, usual DOUBLE, low DOUBLE, high DOUBLE, is_unusual BOOLEAN,
--          spark DOUBLE[]
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
        unnest(range(13)) as span,
        $as_of::date + 1 - 7 * span::integer as span_end
),

dated as (
    select 'revenue' as kpi, order_date as day, line_total as amount
    from gold.fact_sales
    join customers using (customer_uid)
    union all
    select 'new_leads', created_date, 1
    from gold.fact_pipeline
    join customers using (customer_uid)
    union all
    select 'fraud_alerts', detected_at::date, 1
    from gold.fact_fraud_signals
    join customers using (customer_uid)
),

weekly as (
    select kpi, span, coalesce(sum(amount) filter (day >= span_end - 7 and day < span_end), 0)::double as value
    from weeks
    cross join (values ('revenue'), ('new_leads'), ('fraud_alerts')) as names(kpi)
    left join dated using (kpi)
    group by kpi, span
    union all
    select
        'open_pipeline',
        span,
        coalesce(
            sum(deal_amount) filter (created_date < span_end and (closed_date is null or closed_date >= span_end)), 0
        )::double
    from weeks
    left join (select * from gold.fact_pipeline join customers using (customer_uid)) as deals on true
    group by span
),

hourly as (
    unpivot (
        select
            "timestamp" as hour,
            date_diff('hour', "timestamp", max("timestamp") over ()) // 24 as span,
            active_users::double as active_users,
            p99_response_ms as p99,
            dq_pass_rate / 100 as quality
        from gold.fact_realtime_metrics
        qualify span < 7
    )
    on active_users, p99, quality
    into name kpi value value
),

daily as (
    select kpi, span, round(avg(value), 6) as value
    from hourly
    group by kpi, span
),

sparks as (
    select kpi, list(value order by span desc) as spark
    from weekly
    group by kpi
    union all
    select kpi, list(value order by hour)
    from hourly
    group by kpi
),

compared as (
    select
        kpi,
        max(value) filter (span = 0) as value,
        median(value) filter (span between 1 and 8) as usual,
        min(value) filter (span between 1 and 8) as low,
        max(value) filter (span between 1 and 8) as high
    from (from weekly union all from daily)
    group by kpi
)

select
    position,
    kpi,
    value,
    usual,
    low,
    high,
    coalesce(value < low or value > high, false) as is_unusual,
    spark
from (
    values (1, 'revenue'), (2, 'new_leads'), (3, 'open_pipeline'), (4, 'active_users'), (5, 'p99'),
        (6, 'quality'), (7, 'fraud_alerts')
) as names(position, kpi)
join compared using (kpi)
join sparks using (kpi)
order by position
