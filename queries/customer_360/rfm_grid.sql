-- Customers who ever ordered, by fifths of recency (5: ordered most recently) and frequency (5: most orders), with
-- what they brought. Fifths are ranks among the customers shown; ties are split by the customer's id.
-- grain:   recency, frequency
-- columns: recency BIGINT, recency_label VARCHAR, frequency BIGINT, frequency_label VARCHAR, customers BIGINT,
--          revenue DECIMAL(38,2), revenue_per_customer DOUBLE, monetary DOUBLE
-- params:  $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

buyers as (
    select customer_uid, max(order_date) as last_order, count(distinct order_id) as orders, sum(line_total) as revenue
    from gold.fact_sales
    join customers using (customer_uid)
    group by customer_uid
),

scored as (
    select
        ntile(5) over (order by last_order, customer_uid) as recency,
        ntile(5) over (order by orders, customer_uid) as frequency,
        ntile(5) over (order by revenue, customer_uid) as monetary,
        revenue
    from buyers
),

fifths as (
    select unnest(range(1, 6)) as fifth
)

select
    recent.fifth as recency,
    case recent.fifth
        when 5 then '5 most recent'
        when 1 then '1 longest ago'
        else recent.fifth::varchar
    end as recency_label,
    often.fifth as frequency,
    case often.fifth when 1 then '1 fewest' when 5 then '5 most' else often.fifth::varchar end as frequency_label,
    count(scored.revenue) as customers,
    coalesce(sum(scored.revenue), 0)::decimal(38, 2) as revenue,
    sum(scored.revenue)::double / nullif(count(scored.revenue), 0) as revenue_per_customer,
    avg(scored.monetary) as monetary
from fifths as recent
cross join fifths as often
left join scored on scored.recency = recent.fifth and scored.frequency = often.fifth
where exists (select 1 from scored)
group by recent.fifth, often.fifth
order by recent.fifth desc, often.fifth
