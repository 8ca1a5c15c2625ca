-- Customers by the systems that know them, the largest group first; every customer counts once.
-- grain:   source_systems
-- columns: source_systems VARCHAR, systems BIGINT, customers BIGINT, share DOUBLE, source_records BIGINT
-- params:  $segment VARCHAR, $country VARCHAR

select
    golden.source_systems,
    len(string_split(golden.source_systems, '+')) as systems,
    count(*) as customers,
    count(*) / nullif(sum(count(*)) over (), 0)::double as share,
    sum(golden.source_records)::bigint as source_records
from mdm.golden_customer as golden
join gold.dim_customer as customer on golden.customer_uid = customer.customer_uid and customer.is_current
where ($segment is null or customer.segment = $segment)
    and ($country is null or customer.country = $country)
group by golden.source_systems
order by customers desc, golden.source_systems
