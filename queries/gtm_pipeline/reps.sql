-- Sales reps by their win rate on deals closed in the period, drawn towards the average where a rep closed few.
-- grain:   sales_rep_id
-- columns: sales_rep_id VARCHAR, sales_rep VARCHAR, region VARCHAR, won_amount DECIMAL(38,2), won BIGINT,
--          closed BIGINT, win_rate DOUBLE, fair_rate DOUBLE, wilson_low DOUBLE, wilson_high DOUBLE,
--          open_amount DECIMAL(38,2), cycle_days DOUBLE, sample VARCHAR, shrinkage DOUBLE, rank BIGINT
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- fair_rate: beta-binomial shrinkage, (won + k x average) / (closed + k); k, between 5 and 500, is estimated from how
-- much the reps differ beyond chance over all deals closed so far (method of moments): 500 is not at all. Wilson bounds at 95 %. Ranked by fair_rate; reps with fewer
-- than ten closed deals come last, without a rank.

with deal as (
    select fact.*
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

rep as (
    select
        sales_rep_id,
        count(*) filter (where is_won and closed_date >= $start and closed_date < $end) as won,
        count(*) filter (where closed_date >= $start and closed_date < $end) as closed,
        coalesce(sum(deal_amount) filter (where is_won and closed_date >= $start and closed_date < $end), 0) as won_amount,
        sum(date_diff('day', created_date, closed_date))
            filter (where is_won and closed_date >= $start and closed_date < $end) as won_days,
        coalesce(sum(deal_amount) filter (
            where created_date < $end and (closed_date is null or closed_date >= $end)
        ), 0) as open_amount
    from deal
    group by sales_rep_id
),

history as (
    select
        sales_rep_id,
        count(*) filter (where is_won) as won,
        count(*) as closed
    from deal
    where closed_date < $end
    group by sales_rep_id
),

average as (
    select
        sum(won) / nullif(sum(closed), 0) as rate,
        sum(closed) as closed,
        sum(1 / closed order by sales_rep_id) / count(*) as inverse
    from history
),

spread as (
    select
        sum(history.closed * power(history.won / history.closed - average.rate, 2) order by history.sales_rep_id)
            / any_value(average.closed) as variance,
        any_value(average.rate * (1 - average.rate)) as binomial,
        any_value(average.inverse) as inverse
    from history
    cross join average
),

prior as (
    select
        (select sum(won) / nullif(sum(closed), 0) from rep) as rate,
        case
            when variance <= binomial * inverse then 500
            else least(greatest((binomial - variance) / (variance - binomial * inverse), 5), 500)
        end as weight
    from spread
),

rated as (
    select
        rep.*,
        prior.weight,
        rep.won / nullif(rep.closed, 0) as win_rate,
        (rep.won + prior.weight * prior.rate) / (rep.closed + prior.weight) as fair_rate,
        sqrt(
            rep.won / nullif(rep.closed, 0) * (1 - rep.won / nullif(rep.closed, 0)) / nullif(rep.closed, 0)
            + power(1.96, 2) / (4 * power(nullif(rep.closed, 0), 2))
        ) as deviation
    from rep
    cross join prior
)

select
    rated.sales_rep_id,
    coalesce(dim.sales_rep, rated.sales_rep_id) as sales_rep,
    dim.region,
    rated.won_amount::decimal(38, 2) as won_amount,
    rated.won,
    rated.closed,
    round(rated.win_rate, 6) as win_rate,
    round(rated.fair_rate, 6) as fair_rate,
    round(greatest(
        (rated.win_rate + power(1.96, 2) / (2 * nullif(rated.closed, 0)) - 1.96 * rated.deviation)
        / (1 + power(1.96, 2) / nullif(rated.closed, 0)), 0
    ), 6) as wilson_low,
    round(least(
        (rated.win_rate + power(1.96, 2) / (2 * nullif(rated.closed, 0)) + 1.96 * rated.deviation)
        / (1 + power(1.96, 2) / nullif(rated.closed, 0)), 1
    ), 6) as wilson_high,
    rated.open_amount::decimal(38, 2) as open_amount,
    round(rated.won_days / nullif(rated.won, 0), 4) as cycle_days,
    format('{} of {}', rated.won, rated.closed) as sample,
    round(rated.weight, 2)::double as shrinkage,
    case
        when rated.closed >= 10
            then row_number() over (
                partition by rated.closed >= 10
                order by round(rated.fair_rate, 6) desc, rated.won_amount desc, rated.sales_rep_id
            )
    end as rank
from rated
left join gold.dim_sales_rep as dim using (sales_rep_id)
order by rank nulls last, fair_rate desc, rated.won_amount desc, rated.sales_rep_id
