-- How concentrated revenue is: the share of the best tenth and fifth of all customers, the Herfindahl-Hirschman index
-- (sum of squared shares, times 10,000) and the number of equal customers that would give the same index.
-- grain:   one row
-- columns: customers BIGINT, buyers BIGINT, top_tenth DOUBLE, top_fifth DOUBLE, top_fifth_before DOUBLE,
--          largest DOUBLE, hhi DOUBLE, equal_customers DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with customers as (
    select customer_uid
    from gold.dim_customer
    where is_current
        and ($segment is null or segment = $segment)
        and ($country is null or country = $country)
),

revenue as (
    select
        customer_uid,
        coalesce(sum(line_total) filter (order_date >= $start and order_date < $end), 0)::double as now,
        coalesce(sum(line_total) filter (order_date >= $compare_start and order_date < $compare_end), 0)::double
            as before
    from customers
    left join gold.fact_sales using (customer_uid)
    group by customer_uid
),

ranked as (
    select
        now,
        before,
        now / nullif(sum(now) over (), 0) as share,
        row_number() over (order by now desc, customer_uid) as rank_now,
        row_number() over (order by before desc, customer_uid) as rank_before,
        count(*) over () as customers
    from revenue
)

select
    count(*) as customers,
    count(*) filter (now > 0) as buyers,
    round(sum(share) filter (rank_now <= ceil(customers / 10.0)), 9) as top_tenth,
    round(sum(share) filter (rank_now <= ceil(customers / 5.0)), 9) as top_fifth,
    round(sum(before) filter (rank_before <= ceil(customers / 5.0)) / nullif(sum(before), 0), 9) as top_fifth_before,
    max(share) as largest,
    round(10000 * sum(share * share), 6) as hhi,
    round(1 / nullif(sum(share * share), 0), 6) as equal_customers
from ranked
