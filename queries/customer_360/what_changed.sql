-- How net sentiment changed against the period compared with, in one sentence, and the three channels that did most of
-- it: a channel's part is its positive less negative interactions over all interactions, now less before; the parts
-- add up.
-- grain:   one row
-- columns: sentence VARCHAR, tone VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

contacts as (
    select
        channel,
        case sentiment when 'Positive' then 1 when 'Negative' then -1 else 0 end as mood,
        interaction_date >= $start and interaction_date < $end as is_now
    from gold.fact_interactions
    join customers using (customer_uid)
    where (interaction_date >= $start and interaction_date < $end)
        or (interaction_date >= $compare_start and interaction_date < $compare_end)
),

channels as (
    select
        channel,
        coalesce(sum(mood) filter (is_now), 0) / nullif(sum(count(*) filter (is_now)) over (), 0)::double
        - coalesce(sum(mood) filter (not is_now), 0) / nullif(sum(count(*) filter (not is_now)) over (), 0)::double
            as moved
    from contacts
    group by channel
),

total as (
    select avg(mood) filter (is_now) as now, avg(mood) filter (not is_now) as before
    from contacts
),

drivers as (
    select
        '**' || channel || '** (' || case when moved < 0 then '−' else '+' end
        || format('{:.1f} pp)', 100 * abs(moved)) as driver,
        moved,
        channel
    from channels
    where abs(moved) >= 0.0005
    qualify row_number() over (order by abs(moved) desc, channel) <= 3
),

listed as (
    select list(driver order by abs(moved) desc, channel) as drivers
    from drivers
)

select
    case
        when now is null then null
        when before is null
            then format(
                'Net sentiment stands at **{}{:.1f}%**.', case when now < 0 then '−' else '+' end, 100 * abs(now)
            )
        else 'Net sentiment ' || case
            when abs(now - before) < 0.0005 then 'stands unchanged at'
            when now > before then format('improved by {:.1f} pp to', 100 * (now - before))
            else format('fell by {:.1f} pp to', 100 * (before - now))
        end || format(' **{}{:.1f}%**', case when now < 0 then '−' else '+' end, 100 * abs(now)) || case
            when len(drivers) = 3
                then '; moved most by ' || drivers[1] || ', ' || drivers[2] || ' and ' || drivers[3] || '.'
            else '.'
        end
    end as sentence,
    case when now > before then 'good' when now < before - 0.01 then 'alert' else 'neutral' end as tone
from total, listed
