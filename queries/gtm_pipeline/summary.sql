-- Headline figures of the pipeline at the end of the period and at the end of the comparison period.
-- grain:   one row
-- columns: deals BIGINT, open_deals BIGINT, open_amount DECIMAL(38,2), open_amount_before DECIMAL(38,2),
--          weighted DECIMAL(38,8), weighted_before DECIMAL(38,8), won_deals BIGINT, lost_deals BIGINT,
--          won_amount DECIMAL(38,2), won_amount_before DECIMAL(38,2), win_rate DOUBLE, win_rate_before DOUBLE,
--          win_rate_by_value DOUBLE, cycle_days DOUBLE, cycle_days_before DOUBLE, velocity DOUBLE,
--          velocity_before DOUBLE, due_amount DECIMAL(38,2), quarter_gap DECIMAL(38,2), coverage DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR
-- A deal is open on a day when it was created before and not yet closed; its stage is the last one reached before.
-- weighted: open amounts times the historic stage-to-won rate of all closed deals. velocity: dollars a day, qualified
-- open deals (SQL and later) x average won amount x win rate / average cycle. coverage: open amount due in the quarter
-- over what is still missing to the average of the four quarters before it.

with deal as (
    select fact.*
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment) and ($country is null or customer.country = $country)
),

moment as (
    select 'now' as moment, $start as first_day, $end as last_day
    union all
    select 'before', $compare_start, $compare_end
),

furthest as (
    select
        is_won,
        case
            when negotiation_date is not null or is_won then 6
            when proposal_date is not null then 5
            when discovery_date is not null then 4
            when sql_date is not null then 3
            when mql_date is not null then 2
            else 1
        end as stage_order
    from gold.fact_pipeline
    where not is_open
),

rate as (
    select stage.stage_order, (count(*) filter (where furthest.is_won) / count(*))::decimal(9, 6) as won_rate
    from (select unnest(range(1, 7)) as stage_order) as stage
    join furthest on furthest.stage_order >= stage.stage_order
    group by stage.stage_order
),

open_at as (
    select
        moment.moment,
        case
            when deal.negotiation_date < moment.last_day then 6
            when deal.proposal_date < moment.last_day then 5
            when deal.discovery_date < moment.last_day then 4
            when deal.sql_date < moment.last_day then 3
            when deal.mql_date < moment.last_day then 2
            else 1
        end as stage_order,
        count(*) as deals,
        sum(deal.deal_amount) as amount
    from moment
    join deal
        on deal.created_date < moment.last_day
            and (deal.closed_date is null or deal.closed_date >= moment.last_day)
    group by all
),

open_total as (
    select
        open_at.moment,
        sum(open_at.deals)::bigint as deals,
        coalesce(sum(open_at.deals) filter (where open_at.stage_order >= 3), 0)::bigint as qualified,
        sum(open_at.amount) as amount,
        sum(open_at.amount::decimal(18, 2) * coalesce(rate.won_rate, 0::decimal(9, 6))) as weighted
    from open_at
    left join rate using (stage_order)
    group by open_at.moment
),

closed as (
    select
        moment.moment,
        count(*) filter (where deal.is_won) as won,
        count(*) filter (where deal.is_lost) as lost,
        coalesce(sum(deal.deal_amount) filter (where deal.is_won), 0) as won_amount,
        sum(deal.deal_amount) as closed_amount,
        sum(date_diff('day', deal.created_date, deal.closed_date)) filter (where deal.is_won) as won_days
    from moment
    join deal on deal.closed_date >= moment.first_day and deal.closed_date < moment.last_day
    group by moment.moment
),

figure as (
    select
        moment.moment,
        coalesce(open_total.deals, 0) as open_deals,
        coalesce(open_total.amount, 0) as open_amount,
        coalesce(open_total.weighted, 0) as weighted,
        coalesce(closed.won, 0) as won,
        coalesce(closed.lost, 0) as lost,
        coalesce(closed.won_amount, 0) as won_amount,
        closed.won / nullif(closed.won + closed.lost, 0) as win_rate,
        closed.won_amount::double / nullif(closed.closed_amount, 0)::double as win_rate_by_value,
        closed.won_days / nullif(closed.won, 0) as cycle_days,
        coalesce(open_total.qualified, 0) * (closed.won_amount::double / nullif(closed.won, 0))
        * (closed.won / nullif(closed.won + closed.lost, 0))
        / nullif(closed.won_days / nullif(closed.won, 0), 0) as velocity
    from moment
    left join open_total using (moment)
    left join closed using (moment)
),

quarter as (
    select
        date_trunc('quarter', $end - interval 1 day)::date as first_day,
        (date_trunc('quarter', $end - interval 1 day) + interval 3 month)::date as next_quarter,
        (date_trunc('quarter', $end - interval 1 day) - interval 12 month)::date as year_before
),

due as (
    select
        coalesce(sum(deal.deal_amount) filter (
            where deal.created_date < $end
            and (deal.closed_date is null or deal.closed_date >= $end)
            and deal.expected_close_date < quarter.next_quarter
        ), 0) as due_amount,
        coalesce(sum(deal.deal_amount) filter (
            where deal.is_won and deal.closed_date >= quarter.year_before and deal.closed_date < quarter.first_day
        ), 0) / 4 as usual_quarter,
        coalesce(sum(deal.deal_amount) filter (
            where deal.is_won and deal.closed_date >= quarter.first_day and deal.closed_date < $end
        ), 0) as won_so_far
    from quarter
    left join deal on true
)

select
    (select count(*) from deal) as deals,
    this.open_deals,
    this.open_amount::decimal(38, 2) as open_amount,
    earlier.open_amount::decimal(38, 2) as open_amount_before,
    this.weighted::decimal(38, 8) as weighted,
    earlier.weighted::decimal(38, 8) as weighted_before,
    this.won as won_deals,
    this.lost as lost_deals,
    this.won_amount::decimal(38, 2) as won_amount,
    earlier.won_amount::decimal(38, 2) as won_amount_before,
    round(this.win_rate, 6) as win_rate,
    round(earlier.win_rate, 6) as win_rate_before,
    round(this.win_rate_by_value, 6) as win_rate_by_value,
    round(this.cycle_days, 4) as cycle_days,
    round(earlier.cycle_days, 4) as cycle_days_before,
    round(this.velocity, 2) as velocity,
    round(earlier.velocity, 2) as velocity_before,
    due.due_amount::decimal(38, 2) as due_amount,
    greatest(due.usual_quarter - due.won_so_far, 0)::decimal(38, 2) as quarter_gap,
    round(due.due_amount::double / nullif(greatest(due.usual_quarter - due.won_so_far, 0), 0)::double, 4) as coverage
from figure as this
join figure as earlier on earlier.moment = 'before'
cross join due
where this.moment = 'now'
