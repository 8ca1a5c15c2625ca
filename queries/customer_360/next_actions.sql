-- What should happen next with one customer: the rules that apply to it, most urgent first, each with what it rests
-- on. The first is the next best action. Where no rule applies, the answer is to keep in regular contact.
-- grain:   priority
-- columns: priority INTEGER, action VARCHAR, because VARCHAR, rule VARCHAR, tone VARCHAR
-- params:  $uid VARCHAR, $as_of DATE

with customer as (
    select *
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current and customer_uid = $uid
),

value_limit as (
    select quantile_cont(lifetime_value::double, 0.8) as top_fifth
    from gold.dim_customer
    where is_current
),

sales as (
    select
        count(distinct order_date) as order_days,
        coalesce(sum(line_total) filter (order_date > $as_of::date - interval 12 month), 0)::double as revenue,
        date_diff('day', max(order_date), $as_of::date) as days_since_order,
        date_diff('day', min(order_date), max(order_date)) / nullif(count(distinct order_date) - 1, 0)::double
            as usual_gap
    from gold.fact_sales
    where customer_uid = $uid and order_date <= $as_of
),

alerts as (
    select count(*) as cases, coalesce(sum(flagged_amount), 0)::double as amount, min(fraud_type) as fraud_type
    from gold.fact_fraud_signals
    where customer_uid = $uid and status in ('Open', 'Investigating') and severity in ('Critical', 'High')
),

contacts as (
    select
        count(*) filter (sentiment = 'Negative' and interaction_date > $as_of::date - 30) as negative_30d,
        count(*) filter (sentiment = 'Negative' and interaction_date > $as_of::date - 90) as negative_90d,
        count(*) filter (sentiment = 'Positive' and interaction_date > $as_of::date - 90) as positive_90d
    from gold.fact_interactions
    where customer_uid = $uid and interaction_date <= $as_of
),

deals as (
    select
        count(*) filter (expected_close_date < $as_of) as overdue,
        coalesce(sum(deal_amount) filter (expected_close_date < $as_of), 0)::double as overdue_amount,
        count(*) filter (current_stage in ('Proposal', 'Negotiation') and expected_close_date >= $as_of) as late_stage,
        coalesce(sum(deal_amount) filter (
            current_stage in ('Proposal', 'Negotiation') and expected_close_date >= $as_of
        ), 0)::double as late_stage_amount
    from gold.fact_pipeline
    where customer_uid = $uid and is_open
),

segment_buyers as (
    select category, count(distinct customer_uid) as buyers
    from gold.fact_sales
    join gold.dim_product using (product_id)
    join gold.dim_customer using (customer_uid)
    where is_current
        and segment = (select segment from customer)
        and order_date > $as_of::date - interval 12 month
    group by category
),

open_field as (
    select category, buyers / nullif((
        select count(distinct customer_uid)
        from gold.fact_sales
        join gold.dim_customer using (customer_uid)
        where is_current
            and segment = (select segment from customer)
            and order_date > $as_of::date - interval 12 month
    ), 0)::double as share
    from segment_buyers
    where category not in (
        select category
        from gold.fact_sales
        join gold.dim_product using (product_id)
        where customer_uid = $uid
    )
    order by share desc, category
    limit 1
),

facts as (
    select
        customer.*,
        value_limit.*,
        sales.*,
        alerts.cases as alerts,
        alerts.amount as alert_amount,
        alerts.fraud_type,
        contacts.*,
        deals.*,
        (select category from open_field) as category,
        (select share from open_field) as category_share
    from customer, value_limit, sales, alerts, contacts, deals
),

rules as (
    select
        1 as priority,
        'Clear the fraud alert before the next shipment' as action,
        format(
            '{} serious alert{} open ({}), ${:,.0f} flagged',
            alerts, case when alerts = 1 then '' else 's' end, fraud_type, alert_amount
        ) as because,
        'A critical or high alert is open or under investigation' as rule,
        'alert' as tone,
        alerts > 0 as applies
    from facts
    union all
    select
        2,
        'Make an offer to come back',
        format('Contract ended; worth ${:,.0f} over its lifetime, among the best fifth', lifetime_value::double),
        'Churned, and lifetime value in the best fifth',
        'alert',
        status = 'Churned' and lifetime_value >= top_fifth and lifetime_value > 0
    from facts
    union all
    select
        3,
        'Ask why they left, then close the file',
        format('Contract ended; last activity {} days ago', days_since_activity),
        'Churned',
        'neutral',
        status = 'Churned' and not (lifetime_value >= top_fifth and lifetime_value > 0)
    from facts
    union all
    select
        4,
        'Have the account owner call within two days',
        format(
            '{} days without any activity; ${:,.0f} revenue in the last twelve months', days_since_activity, revenue
        ),
        'Dormant: more than 90 days without activity',
        'alert',
        lifecycle_stage = 'Dormant'
    from facts
    union all
    select
        5,
        'Call this week',
        format(
            '{} days without any activity; ${:,.0f} revenue in the last twelve months', days_since_activity, revenue
        ),
        'At risk: 46 to 90 days without activity',
        'warning',
        lifecycle_stage = 'At-Risk'
    from facts
    union all
    select
        6,
        'Let the service lead follow up',
        format('{} negative contacts in 90 days, {} of them in the last 30', negative_90d, negative_30d),
        'Two or more negative contacts in 30 days, or more negative than positive ones in 90',
        'warning',
        status <> 'Churned' and (negative_30d >= 2 or (negative_90d >= 2 and negative_90d > positive_90d))
    from facts
    union all
    select
        7,
        'Set a new date for the overdue deal, or close it',
        format(
            '{} open deal{} past the expected close, ${:,.0f}',
            overdue, case when overdue = 1 then '' else 's' end, overdue_amount
        ),
        'An open deal is past its expected close',
        'warning',
        status <> 'Churned' and overdue > 0
    from facts
    union all
    select
        8,
        'Bring the deal home',
        format(
            '{} deal{} in proposal or negotiation, ${:,.0f}',
            late_stage, case when late_stage = 1 then '' else 's' end, late_stage_amount
        ),
        'A deal is in proposal or negotiation',
        'good',
        status <> 'Churned' and late_stage > 0
    from facts
    union all
    select
        9,
        'Finish the onboarding: no order yet',
        format('Customer since {}, no order so far', strftime(created_date, '%-d %b %Y')),
        'Customer for less than three months, without an order',
        'good',
        lifecycle_stage = 'Activated' and total_orders = 0
    from facts
    union all
    select
        10,
        'Remind of the reorder',
        format('Last order {} days ago; usually one every {:.0f} days', days_since_order, usual_gap),
        'At least four order days, and the last longer ago than one and a half times the usual gap',
        'good',
        status <> 'Churned' and order_days >= 4 and days_since_order > 1.5 * usual_gap
    from facts
    union all
    select
        11,
        'Ask what went wrong',
        format('Last answer to "would you recommend us": {} of 10', nps_score),
        'The latest NPS answer is 6 or less',
        'warning',
        status <> 'Churned' and nps_score <= 6
    from facts
    union all
    select
        12,
        'Offer ' || category,
        format('{:.0f}% of the buyers in {} have it, this customer never bought it', 100 * category_share, segment),
        'A category that at least 40% of the segment''s buyers bought in twelve months, and this customer never',
        'good',
        status <> 'Churned' and total_orders > 0 and category_share >= 0.4
    from facts
    union all
    select
        13,
        'Ask for a reference',
        format('{} months a customer, last NPS answer {} of 10', tenure_months, nps_score),
        'Champion or Loyal, and the latest NPS answer is 9 or 10',
        'good',
        lifecycle_stage in ('Champion', 'Loyal') and nps_score >= 9
    from facts
)

select priority, action, because, rule, tone
from rules
where applies
union all
select 99, 'Keep in regular contact', 'No rule calls for more', 'None of the rules applies', 'neutral'
from customer
where not exists (select 1 from rules where applies)
order by priority
