-- The last 168 hours of the platform, each beside what is usual for that hour of the day. Usual is the median of the
-- same hour on the other six days; for traffic, each scaled by how busy its day was as a whole, so that a quiet Sunday
-- is not an anomaly. The range is three robust standard deviations (1.4826 times the median deviation of the week)
-- around it. The hour itself and its day stay out of its own yardstick. An hour is unusual where the p99 latency and
-- the share of failed requests are both above their range; the first hour of a run of them says what happened in it.
-- The whole platform: customers' segments and countries do not apply.
-- grain:   hour
-- columns: position BIGINT, hour TIMESTAMP, active_users DOUBLE, active_users_usual DOUBLE, active_users_low DOUBLE,
--          active_users_high DOUBLE, page_views DOUBLE, page_views_usual DOUBLE, p99 DOUBLE, p99_usual DOUBLE,
--          p99_high DOUBLE, average_ms DOUBLE, failed_share DOUBLE, failed_share_usual DOUBLE,
--          failed_share_high DOUBLE, requests BIGINT, orders BIGINT, revenue DECIMAL(18,2), new_leads BIGINT,
--          quality DOUBLE, is_unusual BOOLEAN, incident_until TIMESTAMP, incident VARCHAR

with hours as (
    select
        "timestamp" as hour,
        "timestamp"::date as day,
        hour("timestamp") as hour_of_day,
        *
    from gold.fact_realtime_metrics
    where "timestamp" > (select max("timestamp") - interval 168 hour from gold.fact_realtime_metrics)
),

measures as (
    unpivot (
        select
            hour,
            day,
            hour_of_day,
            active_users::double as active_users,
            page_views::double as page_views,
            p99_response_ms as p99,
            error_rate_pct / 100 as failed_share
        from hours
    )
    on active_users, page_views, p99, failed_share
    into name measure value value
),

levels as (
    select
        *,
        measure in ('active_users', 'page_views') as is_traffic,
        sum(value) over (partition by measure, day) - value as rest_of_day
    from measures
),

usual as (
    select
        this.measure,
        this.hour,
        any_value(this.value) as value,
        median(
            case
                when this.is_traffic then other.value * this.rest_of_day / nullif(other.rest_of_day, 0)
                else other.value
            end
        ) as usual
    from levels as this
    left join levels as other
        on this.measure = other.measure and this.hour_of_day = other.hour_of_day and this.day <> other.day
    group by this.measure, this.hour
),

spread as (
    select measure, 3 * 1.4826 * median(abs(value / nullif(usual, 0) - 1)) as width
    from usual
    group by measure
),

ranges as (
    select
        measure,
        hour,
        usual,
        usual * greatest(0, 1 - width) as low,
        usual * (1 + width) as high
    from usual
    join spread using (measure)
),

beside as (
    select
        hour,
        max(usual) filter (measure = 'active_users') as active_users_usual,
        max(low) filter (measure = 'active_users') as active_users_low,
        max(high) filter (measure = 'active_users') as active_users_high,
        max(usual) filter (measure = 'page_views') as page_views_usual,
        max(usual) filter (measure = 'p99') as p99_usual,
        max(high) filter (measure = 'p99') as p99_high,
        max(usual) filter (measure = 'failed_share') as failed_share_usual,
        max(high) filter (measure = 'failed_share') as failed_share_high
    from ranges
    group by hour
),

judged as (
    select
        *,
        row_number() over (order by hour) - 1 as position,
        coalesce(p99_response_ms > p99_high and error_rate_pct / 100 > failed_share_high, false) as is_unusual
    from hours
    left join beside using (hour)
),

incidents as (
    select
        min(hour) as hour,
        max(hour) + interval 1 hour as incident_until,
        'p99 up to ' || format('{:,.0f}', max(p99_response_ms)) || ' ms, '
        || format('{:.1f}%', sum(api_calls * error_rate_pct) / nullif(sum(api_calls), 0)) || ' of requests failed'
            as incident
    from (select *, position - row_number() over (order by hour) as run from judged where is_unusual)
    group by run
)

select
    position,
    hour,
    active_users::double as active_users,
    active_users_usual,
    active_users_low,
    active_users_high,
    page_views::double as page_views,
    page_views_usual,
    p99_response_ms as p99,
    p99_usual,
    p99_high,
    avg_response_ms as average_ms,
    error_rate_pct / 100 as failed_share,
    failed_share_usual,
    failed_share_high,
    api_calls::bigint as requests,
    orders::bigint as orders,
    revenue,
    new_leads::bigint as new_leads,
    dq_pass_rate / 100 as quality,
    is_unusual,
    incident_until,
    incident
from judged
left join incidents using (hour)
order by hour
