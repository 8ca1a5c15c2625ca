-- Interactions by sentiment, CSAT and NPS over the period, and net sentiment over the ninety days up to each bucket's
-- end: by seven days up to half a year, else by month.
-- grain:   bucket
-- columns: bucket DATE, positive BIGINT, neutral BIGINT, negative BIGINT, interactions BIGINT, net_90d DOUBLE,
--          csat DOUBLE, nps DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

buckets as (
    select
        case
            when $end::date - $start::date <= 184
                then $end::date - 7 * (($end::date - date_key - 1) // 7 + 1)::integer
            else date_trunc('month', date_key)::date
        end as bucket,
        max(date_key) as last_date
    from gold.dim_date
    where date_key >= $start and date_key < $end
    group by bucket
),

daily as (
    select
        interaction_date,
        count(*) filter (sentiment = 'Positive') as positive,
        count(*) filter (sentiment = 'Neutral') as neutral,
        count(*) filter (sentiment = 'Negative') as negative,
        count(*) filter (csat_score >= 4) as content,
        count(csat_score) as csat_answers,
        count(*) filter (nps_score >= 9) - count(*) filter (nps_score <= 6) as promoters,
        count(nps_score) as nps_answers
    from gold.fact_interactions
    join customers using (customer_uid)
    where interaction_date < $end
    group by interaction_date
)

select
    bucket,
    coalesce(sum(positive) filter (interaction_date >= bucket and interaction_date >= $start), 0)::bigint as positive,
    coalesce(sum(neutral) filter (interaction_date >= bucket and interaction_date >= $start), 0)::bigint as neutral,
    coalesce(sum(negative) filter (interaction_date >= bucket and interaction_date >= $start), 0)::bigint as negative,
    coalesce(
        sum(positive + neutral + negative) filter (interaction_date >= bucket and interaction_date >= $start), 0
    )::bigint as interactions,
    sum(positive - negative) filter (interaction_date > last_date - 90)
    / nullif(sum(positive + neutral + negative) filter (interaction_date > last_date - 90), 0)::double as net_90d,
    sum(content) filter (interaction_date >= bucket and interaction_date >= $start)
    / nullif(sum(csat_answers) filter (interaction_date >= bucket and interaction_date >= $start), 0)::double as csat,
    sum(promoters) filter (interaction_date >= bucket and interaction_date >= $start)
    / nullif(sum(nps_answers) filter (interaction_date >= bucket and interaction_date >= $start), 0)::double as nps
from buckets
left join daily on interaction_date <= last_date and interaction_date > least(last_date - 90, bucket - 1)
where exists (select 1 from daily where interaction_date >= $start)
group by bucket
order by bucket
