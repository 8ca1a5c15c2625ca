-- One customer in figures; a retired id leads to the customer it became. Revenue and margin of the last twelve months
-- beside the twelve before. RFM: fifths among all customers who ever ordered (5 is best). Customer value: the margin
-- of the last twelve months, carried on with the yearly retention r of the customer's segment and discounted at
-- d = 10%: margin x r / (1 + d - r). Retention: of those under contract a year ago, the share still there, with one
-- more on either side, so that it is never 100%.
-- grain:   customer_uid
-- columns: customer_uid VARCHAR, asked_uid VARCHAR, full_name VARCHAR, segment VARCHAR, country VARCHAR,
--          city VARCHAR, industry VARCHAR, status VARCHAR, lifecycle_stage VARCHAR, source_systems VARCHAR,
--          source_records INTEGER, match_score DOUBLE, created_date DATE, tenure_months INTEGER,
--          last_activity_date DATE, days_since_activity INTEGER, lifetime_value DECIMAL(18,2), value_rank BIGINT,
--          customers BIGINT, revenue DECIMAL(38,2), revenue_before DECIMAL(38,2), margin DECIMAL(38,2),
--          orders BIGINT, average_order DOUBLE, last_order DATE, recency BIGINT, frequency BIGINT, monetary BIGINT,
--          retention DOUBLE, customer_value DOUBLE, health_score DOUBLE, churn_risk_score DOUBLE,
--          churn_risk_tier VARCHAR, nps_score INTEGER, contacts_90d BIGINT, net_sentiment_90d DOUBLE, csat DOUBLE,
--          csat_answers BIGINT, open_deals BIGINT, open_amount DECIMAL(38,2), open_alerts BIGINT, versions BIGINT,
--          first_event DATE
-- params:  $uid VARCHAR, $as_of DATE

with asked as (
    select coalesce((select max(customer_uid) from mdm.uid_redirect where retired_uid = $uid), $uid) as customer_uid
),

ranked as (
    select
        customer_uid,
        segment,
        status,
        created_date,
        last_activity_date,
        row_number() over (order by lifetime_value desc, customer_uid) as value_rank,
        count(*) over () as customers
    from gold.dim_customer
    where is_current
),

segments as (
    select
        segment,
        (1 + count(*) filter (status <> 'Churned')) / (2 + count(*) filter (
            status <> 'Churned' or coalesce(last_activity_date, created_date) > $as_of::date - interval 12 month
        ))::double as retention
    from ranked
    where created_date <= $as_of::date - interval 12 month
    group by segment
),

buyers as (
    select
        customer_uid,
        count(distinct order_id) as orders,
        sum(line_total)::double / count(distinct order_id) as average_order,
        max(order_date) as last_order,
        ntile(5) over (order by max(order_date), customer_uid) as recency,
        ntile(5) over (order by count(distinct order_id), customer_uid) as frequency,
        ntile(5) over (order by sum(line_total), customer_uid) as monetary
    from gold.fact_sales
    group by customer_uid
),

sales as (
    select
        coalesce(sum(line_total) filter (order_date > $as_of::date - interval 12 month), 0) as revenue,
        coalesce(sum(line_total) filter (
            order_date <= $as_of::date - interval 12 month and order_date > $as_of::date - interval 24 month
        ), 0) as revenue_before,
        coalesce(sum(profit) filter (order_date > $as_of::date - interval 12 month), 0) as margin
    from gold.fact_sales
    join asked using (customer_uid)
    where order_date <= $as_of
),

contacts as (
    select
        count(*) filter (interaction_date > $as_of::date - 90) as contacts_90d,
        (
            count(*) filter (sentiment = 'Positive' and interaction_date > $as_of::date - 90)
            - count(*) filter (sentiment = 'Negative' and interaction_date > $as_of::date - 90)
        ) / nullif(count(*) filter (interaction_date > $as_of::date - 90), 0)::double as net_sentiment_90d,
        count(*) filter (csat_score >= 4) / nullif(count(csat_score), 0)::double as csat,
        count(csat_score) as csat_answers
    from gold.fact_interactions
    join asked using (customer_uid)
),

deals as (
    select count(*) as open_deals, coalesce(sum(deal_amount), 0)::decimal(38, 2) as open_amount
    from gold.fact_pipeline
    join asked using (customer_uid)
    where is_open
),

alerts as (
    select count(*) as open_alerts
    from gold.fact_fraud_signals
    join asked using (customer_uid)
    where status in ('Open', 'Investigating')
),

versions as (
    select count(*) as versions
    from gold.dim_customer
    join asked using (customer_uid)
)

select
    customer.customer_uid,
    $uid as asked_uid,
    customer.full_name,
    customer.segment,
    customer.country,
    customer.city,
    customer.industry,
    customer.status,
    lifecycle.lifecycle_stage,
    customer.source_systems,
    golden.source_records,
    customer.match_score,
    customer.created_date,
    lifecycle.tenure_months,
    customer.last_activity_date,
    lifecycle.days_since_activity,
    customer.lifetime_value,
    ranked.value_rank,
    ranked.customers,
    sales.revenue,
    sales.revenue_before,
    sales.margin,
    coalesce(buyers.orders, 0) as orders,
    buyers.average_order,
    buyers.last_order,
    buyers.recency,
    buyers.frequency,
    buyers.monetary,
    segments.retention,
    case
        when customer.status = 'Churned' then 0
        else sales.margin::double * segments.retention / nullif(1.10 - segments.retention, 0)
    end as customer_value,
    lifecycle.health_score,
    lifecycle.churn_risk_score,
    lifecycle.churn_risk_tier,
    lifecycle.nps_score,
    contacts.contacts_90d,
    contacts.net_sentiment_90d,
    contacts.csat,
    contacts.csat_answers,
    deals.open_deals,
    deals.open_amount,
    alerts.open_alerts,
    versions.versions,
    (select min(date_key) from gold.dim_date) as first_event
from asked
join gold.dim_customer as customer on asked.customer_uid = customer.customer_uid and customer.is_current
join gold.dim_customer_lifecycle as lifecycle on customer.customer_uid = lifecycle.customer_uid
join mdm.golden_customer as golden on customer.customer_uid = golden.customer_uid
join ranked on customer.customer_uid = ranked.customer_uid
left join segments on customer.segment = segments.segment
left join buyers on customer.customer_uid = buyers.customer_uid
cross join sales
cross join contacts
cross join deals
cross join alerts
cross join versions
