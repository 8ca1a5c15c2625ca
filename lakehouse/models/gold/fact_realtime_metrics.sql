-- The platform's and the shop's vital signs, hour by hour.
-- grain:   timestamp
-- columns: timestamp TIMESTAMP, active_users INTEGER, page_views INTEGER, api_calls INTEGER, avg_response_ms DOUBLE,
--          p99_response_ms DOUBLE, error_rate_pct DOUBLE, orders INTEGER, revenue DECIMAL(18,2), new_leads INTEGER,
--          dq_pass_rate DOUBLE

select
    metric_at as "timestamp",
    active_users,
    page_views,
    api_calls,
    avg_response_ms,
    p99_response_ms,
    error_rate_pct,
    orders,
    revenue,
    new_leads,
    dq_pass_rate
from {{ ref('ops_metric') }}
order by metric_at
