-- Conversions credited to channels under five models; the credit of every model sums to the conversions.
-- grain:   channel_group
-- columns: channel_group VARCHAR, first_touch DECIMAL(18,6), last_touch DECIMAL(18,6), linear DECIMAL(18,6),
--          position_based DECIMAL(18,6), time_decay DECIMAL(18,6)
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- Touches: the visitor's sessions in the 90 days up to the conversion, its own included. last_touch: the last session
-- that was not direct. position_based: 40 % first, 40 % last, 20 % between. time_decay: halves about every five days,
-- exp(-days / 7). Credit is dealt in millionths; what does not divide goes to the last touch.

with visit as (
    select
        session_id,
        min(visitor_id) as visitor_id,
        max(customer_uid) as customer_uid,
        min(event_timestamp) as started_at,
        min_by(channel_id, row(event_timestamp, event_id)) as channel_id
    from gold.fact_clickstream
    where event_timestamp >= $start - interval 90 day and event_timestamp < $end
    group by session_id
),

conversion as (
    select web.event_id, web.event_timestamp, visit.visitor_id
    from gold.fact_clickstream as web
    join visit using (session_id)
    left join gold.dim_customer as customer on visit.customer_uid = customer.customer_uid and customer.is_current
    where web.is_converted
        and web.event_timestamp >= $start
        and web.event_timestamp < $end
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
),

touch as (
    select
        conversion.event_id,
        coalesce(channel.channel_group, 'Unknown') as channel_group,
        exp(-date_diff('second', visit.started_at, conversion.event_timestamp) / 604800.0) as weight,
        count(*) over (partition by conversion.event_id) as touches,
        row_number() over (partition by conversion.event_id order by visit.started_at, visit.session_id) as position,
        row_number() over (
            partition by conversion.event_id
            order by coalesce(channel.channel_group, '') = 'Direct', visit.started_at desc, visit.session_id desc
        ) as last_place
    from conversion
    join visit
        on conversion.visitor_id = visit.visitor_id
            and visit.started_at <= conversion.event_timestamp
            and visit.started_at >= conversion.event_timestamp - interval 90 day
    left join gold.dim_channel as channel on visit.channel_id = channel.channel_id
),

dealt as (
    select
        event_id,
        channel_group,
        touches,
        position,
        (position = 1)::bigint * 1000000 as first_touch,
        (last_place = 1)::bigint * 1000000 as last_touch,
        1000000 // touches as linear,
        case
            when touches = 1 then 1000000
            when touches = 2 then 500000
            when position in (1, touches) then 400000
            else 200000 // (touches - 2)
        end as position_based,
        floor(
            1000000 * weight / sum(weight) over (
                partition by event_id order by position rows between unbounded preceding and unbounded following
            )
        )::bigint as time_decay
    from touch
),

settled as (
    select
        channel_group,
        first_touch,
        last_touch,
        linear + rest * (1000000 - sum(linear) over conversion) as linear,
        position_based + rest * (1000000 - sum(position_based) over conversion) as position_based,
        time_decay + rest * (1000000 - sum(time_decay) over conversion) as time_decay
    from (select *, (position = touches)::bigint as rest from dealt) as dealt
    window conversion as (partition by event_id)
)

select
    channel_group,
    (sum(first_touch)::decimal(18, 0) * 0.000001)::decimal(18, 6) as first_touch,
    (sum(last_touch)::decimal(18, 0) * 0.000001)::decimal(18, 6) as last_touch,
    (sum(linear)::decimal(18, 0) * 0.000001)::decimal(18, 6) as linear,
    (sum(position_based)::decimal(18, 0) * 0.000001)::decimal(18, 6) as position_based,
    (sum(time_decay)::decimal(18, 0) * 0.000001)::decimal(18, 6) as time_decay
from settled
group by channel_group
order by linear desc, channel_group
