-- The hundred customers with the highest lifetime value.
-- grain:   customer_uid
-- columns: customer_uid VARCHAR, full_name VARCHAR, segment VARCHAR, country VARCHAR, status VARCHAR,
--          source_systems VARCHAR, lifetime_value DECIMAL(18,2), health_score DOUBLE, last_activity_date DATE
-- params:  $segment VARCHAR, $country VARCHAR

select
    customer_uid,
    full_name,
    segment,
    country,
    status,
    source_systems,
    lifetime_value,
    health_score,
    last_activity_date
from gold.dim_customer
join gold.dim_customer_lifecycle using (customer_uid)
where is_current
    and ($segment is null or segment = $segment)
    and ($country is null or country = $country)
order by lifetime_value desc, customer_uid
limit 100
