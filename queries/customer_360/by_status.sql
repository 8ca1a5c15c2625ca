-- Customers by status on the as-of date, with what they have bought since the records begin; every customer counts
-- once.
-- grain:   status
-- columns: position INTEGER, status VARCHAR, customers BIGINT, share DOUBLE, lifetime_value DECIMAL(38,2),
--          health DOUBLE
-- params:  $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid, status, lifetime_value, health_score
    from gold.dim_customer
    join gold.dim_customer_lifecycle using (customer_uid)
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
)

select
    position,
    status,
    count(customer_uid) as customers,
    count(customer_uid) / nullif(sum(count(customer_uid)) over (), 0)::double as share,
    coalesce(sum(lifetime_value), 0)::decimal(38, 2) as lifetime_value,
    round(avg(health_score), 6) as health
from (values (1, 'Active'), (2, 'New'), (3, 'At-Risk'), (4, 'Churned')) as statuses(position, status)
left join customers using (status)
where exists (select 1 from customers)
group by position, status
order by position
