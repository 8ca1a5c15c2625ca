-- The customer base in figures: how many, how many are active, how many are known in more than one system, and how
-- they felt in the period (net sentiment: positive less negative over all interactions; CSAT: share of answers 4 and
-- 5; NPS: share of 9 and 10 less share of 0 to 6), beside the period compared with.
-- grain:   one row
-- columns: customers BIGINT, active BIGINT, active_share DOUBLE, linked BIGINT, linked_share DOUBLE,
--          source_records BIGINT, lifetime_value DOUBLE, median_value DOUBLE, health DOUBLE, interactions BIGINT,
--          net_sentiment DOUBLE, net_sentiment_before DOUBLE, csat DOUBLE, csat_before DOUBLE, csat_answers BIGINT,
--          nps DOUBLE, nps_before DOUBLE, nps_answers BIGINT
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        dim_customer.status,
        dim_customer.lifetime_value,
        health_score,
        source_records,
        contains(dim_customer.source_systems, '+') as is_linked
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    join mdm.golden_customer using (customer_uid)
    where is_current
        and ($segment is null or dim_customer.segment = $segment)
        and ($country is null or dim_customer.country = $country)
),

contacts as (
    select
        sentiment,
        csat_score,
        nps_score,
        interaction_date >= $start and interaction_date < $end as is_now
    from gold.fact_interactions
    join customers using (customer_uid)
    where (interaction_date >= $start and interaction_date < $end)
        or (interaction_date >= $compare_start and interaction_date < $compare_end)
),

moods as (
    select
        is_now,
        count(*) as interactions,
        (count(*) filter (sentiment = 'Positive') - count(*) filter (sentiment = 'Negative'))
        / nullif(count(*), 0)::double as net_sentiment,
        count(*) filter (csat_score >= 4) / nullif(count(csat_score), 0)::double as csat,
        count(csat_score) as csat_answers,
        (count(*) filter (nps_score >= 9) - count(*) filter (nps_score <= 6))
        / nullif(count(nps_score), 0)::double as nps,
        count(nps_score) as nps_answers
    from contacts
    group by is_now
)

select
    count(*) as customers,
    count(*) filter (status = 'Active') as active,
    count(*) filter (status = 'Active') / nullif(count(*), 0)::double as active_share,
    count(*) filter (is_linked) as linked,
    count(*) filter (is_linked) / nullif(count(*), 0)::double as linked_share,
    coalesce(sum(source_records), 0)::bigint as source_records,
    sum(lifetime_value)::double / nullif(count(*), 0) as lifetime_value,
    median(lifetime_value::double) as median_value,
    round(avg(health_score) filter (status <> 'Churned'), 6) as health,
    coalesce((select interactions from moods where is_now), 0) as interactions,
    (select net_sentiment from moods where is_now) as net_sentiment,
    (select net_sentiment from moods where not is_now) as net_sentiment_before,
    (select csat from moods where is_now) as csat,
    (select csat from moods where not is_now) as csat_before,
    coalesce((select csat_answers from moods where is_now), 0) as csat_answers,
    (select nps from moods where is_now) as nps,
    (select nps from moods where not is_now) as nps_before,
    coalesce((select nps_answers from moods where is_now), 0) as nps_answers
from customers
