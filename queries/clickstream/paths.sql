-- How sessions run: from the channel to the landing page, the second page and the outcome.
-- grain:   source, target
-- columns: source VARCHAR, target VARCHAR, sessions BIGINT, hop INTEGER
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- The five channels, landing and second pages most used are named, the rest are others. Each hop sums to all sessions.

with visit as (
    select
        session_id,
        max(customer_uid) as customer_uid,
        min_by(channel_id, row(event_timestamp, event_id)) as channel_id,
        bool_or(is_converted) as is_converted
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end
    group by session_id
),

viewed as (
    select
        session_id,
        page_url,
        row_number() over (partition by session_id order by event_timestamp, event_id) as position
    from gold.fact_clickstream
    where event_timestamp >= $start and event_timestamp < $end and event_type = 'page_view'
),

chosen as (
    select
        visit.session_id,
        coalesce(channel.channel_group, 'Unknown') as channel_group,
        coalesce(landing.page_url, 'no page') as landing,
        following.page_url as second,
        case when visit.is_converted then 'Converted' else 'Left' end as outcome
    from visit
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    left join gold.dim_channel as channel on visit.channel_id = channel.channel_id
    left join viewed as landing on visit.session_id = landing.session_id and landing.position = 1
    left join viewed as following on visit.session_id = following.session_id and following.position = 2
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

channel_rank as (
    select channel_group, row_number() over (order by count(*) desc, channel_group) as place from chosen group by channel_group
),

landing_rank as (
    select landing, row_number() over (order by count(*) desc, landing) as place from chosen group by landing
),

second_rank as (
    select second, row_number() over (order by count(*) desc, second) as place
    from chosen
    where second is not null
    group by second
),

path as (
    select
        case when channel_rank.place <= 5 then chosen.channel_group else 'Other channels' end as channel_group,
        case when landing_rank.place <= 5 then chosen.landing else 'Other pages' end as landing,
        case
            when chosen.second is null then 'One page only'
            when second_rank.place <= 5 then '→ ' || chosen.second
            else '→ others'
        end as second,
        chosen.outcome
    from chosen
    left join channel_rank on chosen.channel_group = channel_rank.channel_group
    left join landing_rank on chosen.landing = landing_rank.landing
    left join second_rank on chosen.second = second_rank.second
)

select channel_group as source, landing as target, count(*) as sessions, 1 as hop from path group by all
union all
select landing, second, count(*), 2 from path group by all
union all
select second, outcome, count(*), 3 from path group by all
order by hop, sessions desc, source, target
