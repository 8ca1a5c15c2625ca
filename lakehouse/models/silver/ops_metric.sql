-- The platform's and the shop's vital signs, hour by hour.
-- grain:   metric_at
-- columns: metric_at TIMESTAMP, active_users INTEGER, page_views INTEGER, api_calls INTEGER, avg_response_ms DOUBLE,
--          p99_response_ms DOUBLE, error_rate_pct DOUBLE, orders INTEGER, revenue DECIMAL(18,2), new_leads INTEGER,
--          dq_pass_rate DOUBLE

with metric as (
    select *
    from {{ source('bronze', 'ops_metric') }}
    where _row_hash not in (
        select row_hash from {{ source('silver', 'quarantine') }}
        where table_name = 'bronze.ops_metric' and is_rejected
    )
    qualify row_number() over (partition by ts order by _ingestion_ts desc, _row_hash) = 1
)

select
    ts as metric_at,
    active_users,
    page_views,
    api_calls,
    avg_response_ms,
    p99_response_ms,
    error_rate_pct,
    orders,
    cast(revenue as decimal(18, 2)) as revenue,
    new_leads,
    dq_pass_rate
from metric
order by metric_at
