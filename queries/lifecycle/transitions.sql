-- From which lifecycle stage customers moved to which, between one month's end and the next, over the last twelve
-- months: all moves of the months together, as a share of those who were in the stage. Stages are worked out as in
-- stage_history.
-- grain:   from_stage, to_stage
-- columns: from_position INTEGER, from_stage VARCHAR, to_position INTEGER, to_stage VARCHAR, moves BIGINT,
--          from_customers BIGINT, share DOUBLE
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select
        customer_uid,
        created_date,
        case when status = 'Churned' then coalesce(last_activity_date, created_date) end as ended_on
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

ends as (
    select last_day(date_key) as month_end
    from gold.dim_date
    where day(date_key) = 1
        and last_day(date_key) <= $as_of
        and last_day(date_key) >= (select min(date_key) + 90 from gold.dim_date)
    order by month_end desc
    limit 13
),

last_seen as (
    select
        customer_uid,
        greatest(last_day(activity_date), (select min(month_end) from ends)) as month_end,
        max(activity_date) as last_seen
    from gold.customer_activity
    where activity_date <= $as_of
    group by all
),

states as (
    select
        customer_uid,
        month_end,
        created_date,
        ended_on,
        max(last_seen) over (partition by customer_uid order by month_end) as last_seen
    from customers
    join ends on created_date <= month_end
    left join last_seen using (customer_uid, month_end)
),

aged as (
    select
        *,
        date_diff('day', coalesce(last_seen, created_date), month_end) as silent_days,
        (year(month_end) - year(created_date)) * 12 + month(month_end) - month(created_date)
        - case when day(month_end) < day(created_date) then 1 else 0 end as tenure
    from states
),

staged as (
    select
        customer_uid,
        month_end,
        case
            when ended_on <= month_end then 'Churned'
            when tenure < 3 then 'Activated'
            when silent_days > 90 then 'Dormant'
            when silent_days > 45 then 'At-Risk'
            when tenure >= 24 then 'Champion'
            when tenure >= 12 then 'Loyal'
            else 'Growing'
        end as stage
    from aged
),

moves as (
    select stage as from_stage, lead(stage) over (partition by customer_uid order by month_end) as to_stage
    from staged
    qualify to_stage is not null
),

stages as (
    select *
    from (
        values (1, 'Activated'), (2, 'Growing'), (3, 'Loyal'), (4, 'Champion'), (5, 'At-Risk'), (6, 'Dormant'),
            (7, 'Churned')
    ) as stage(position, stage)
)

select
    came.position as from_position,
    came.stage as from_stage,
    went.position as to_position,
    went.stage as to_stage,
    count(moves.from_stage) as moves,
    (sum(count(moves.from_stage)) over (partition by came.stage))::bigint as from_customers,
    count(moves.from_stage) / nullif(sum(count(moves.from_stage)) over (partition by came.stage), 0)::double as share
from stages as came
cross join stages as went
left join moves on came.stage = moves.from_stage and went.stage = moves.to_stage
where exists (select 1 from customers) and came.stage <> 'Churned'
group by came.position, came.stage, went.position, went.stage
order by from_position, to_position
