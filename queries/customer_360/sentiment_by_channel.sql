-- Interactions of the period by channel and sentiment, with what each is of its channel; the busiest channel first.
-- grain:   channel, sentiment
-- columns: channel VARCHAR, sentiment VARCHAR, interactions BIGINT, share DOUBLE, channel_interactions BIGINT,
--          net_sentiment DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

contacts as (
    select channel, sentiment
    from gold.fact_interactions
    join customers using (customer_uid)
    where interaction_date >= $start and interaction_date < $end
),

channels as (
    select
        channel,
        count(*) as channel_interactions,
        (count(*) filter (sentiment = 'Positive') - count(*) filter (sentiment = 'Negative'))
        / nullif(count(*), 0)::double as net_sentiment
    from contacts
    group by channel
)

select
    channel,
    sentiment,
    count(contacts.channel) as interactions,
    count(contacts.channel) / nullif(any_value(channel_interactions), 0)::double as share,
    any_value(channel_interactions) as channel_interactions,
    any_value(net_sentiment) as net_sentiment
from channels
cross join (values (1, 'Positive'), (2, 'Neutral'), (3, 'Negative')) as moods(position, sentiment)
left join contacts using (channel, sentiment)
group by channel, position, sentiment
order by any_value(channel_interactions) desc, channel, position
