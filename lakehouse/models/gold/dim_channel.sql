-- Marketing channels: every pair of referrer and UTM campaign that a web event came with.
-- grain:   channel_id
-- columns: channel_id VARCHAR, referrer_source VARCHAR, utm_campaign VARCHAR, channel_group VARCHAR
-- A referrer that no group names is a referral.

with used as (
    select distinct referrer_source, utm_campaign
    from {{ ref('web_event') }}
    where event_id not in (
        select row_key from {{ source('silver', 'quarantine') }}
        where table_name = 'silver.web_event' and is_rejected
    )
)

select
    replace(lower(referrer_source), ' ', '_') || '~' || coalesce(utm_campaign, 'none') as channel_id,
    referrer_source,
    utm_campaign,
    case referrer_source
        when 'Direct' then 'Direct'
        when 'Google Search' then 'Organic Search'
        when 'Bing' then 'Organic Search'
        when 'Google Ads' then 'Paid Search'
        when 'LinkedIn' then 'Organic Social'
        when 'Organic Social' then 'Organic Social'
        when 'Paid LinkedIn' then 'Paid Social'
        when 'Email Campaign' then 'Email'
        when 'Partner Site' then 'Partner'
        when 'Review Site' then 'Referral'
        else 'Referral'
    end as channel_group
from used
order by channel_id
