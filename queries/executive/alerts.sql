-- What someone should look at now, most urgent first; a matter without cases is left out. Fraud, deals and revenue at
-- risk respect segment and country; quality rules and match pairs are of the whole lakehouse.
-- grain:   matter
-- columns: position INTEGER, matter VARCHAR, tone VARCHAR, title VARCHAR, detail VARCHAR, page VARCHAR, cases BIGINT
-- params:  $as_of DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, churn_risk_score, churn_risk_tier, status = 'Churned' as is_lost
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

overdue_alerts as (
    select
        count(*) filter (severity in ('Critical', 'High')) as cases,
        count(*) filter (
            severity in ('Critical', 'High')
            and detected_at + case severity when 'Critical' then interval 4 hour else interval 24 hour end
            < $as_of::timestamp + interval 1 day
        ) as late,
        coalesce(sum(flagged_amount) filter (severity in ('Critical', 'High')), 0)::double as amount
    from gold.fact_fraud_signals
    join customers using (customer_uid)
    where status in ('Open', 'Investigating')
),

slipping as (
    select
        count(*) as cases,
        coalesce(sum((line_total * churn_risk_score)::decimal(18, 2)), 0)::double as amount
    from customers
    left join (
        select customer_uid, sum(line_total)::double as line_total
        from gold.fact_sales
        where order_date > $as_of::date - interval 12 month and order_date <= $as_of
        group by customer_uid
    ) as sales using (customer_uid)
    where churn_risk_tier = 'High' and not is_lost
),

overdue_deals as (
    select count(*) as cases, coalesce(sum(deal_amount), 0)::double as amount
    from gold.fact_pipeline
    join customers using (customer_uid)
    where is_open and expected_close_date < $as_of
),

breached_rules as (
    select count(*) filter (not success) as cases, count(*) as rules
    from mdm.quality_result
    where run_id = (select arg_max(run_id, (run_id, gate)) from mdm.quality_result)
),

pending_pairs as (
    select count(*) as cases
    from gold.mdm_match_pairs
    where steward_status = 'Pending'
),

matters as (
    select
        1 as position,
        'fraud' as matter,
        'alert' as tone,
        cases || ' serious fraud alert' || case when cases = 1 then '' else 's' end || ' open' as title,
        late || ' past their time to resolve' as detail,
        'fraud' as page,
        cases,
        amount
    from overdue_alerts
    union all
    select
        2,
        'churn',
        'warning',
        cases || ' customer' || case when cases = 1 then '' else 's' end || ' at high churn risk',
        'of last year''s revenue at risk',
        'lifecycle',
        cases,
        amount
    from slipping
    union all
    select
        3,
        'deals',
        'warning',
        cases || ' open deal' || case when cases = 1 then '' else 's' end || ' overdue',
        'past the expected close',
        'gtm_pipeline',
        cases,
        amount
    from overdue_deals
    union all
    select
        4,
        'quality',
        'warning',
        cases || ' quality rule' || case when cases = 1 then '' else 's' end || ' breached',
        'of ' || rules || ' in the latest run',
        'mdm_dq',
        cases,
        null
    from breached_rules
    union all
    select
        5,
        'pairs',
        'data',
        cases || ' possible duplicate' || case when cases = 1 then '' else 's' end,
        'wait for a steward',
        'mdm_dq',
        cases,
        null
    from pending_pairs
)

select
    position,
    matter,
    tone,
    title,
    case
        when matter = 'fraud' or amount is null then detail
        when amount >= 999500 then format('${:.2f}M ', amount / 1e6) || detail
        else format('${:,.0f}k ', amount / 1e3) || detail
    end as detail,
    page,
    cases
from matters
where cases > 0
order by position
