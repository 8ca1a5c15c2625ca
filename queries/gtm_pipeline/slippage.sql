-- Deals by the month they were first expected to close in: kept to it, or pushed to a later date, and by how much.
-- grain:   month
-- columns: month DATE, due_deals BIGINT, kept BIGINT, pushed BIGINT, pushed_share DOUBLE, pushed_days DOUBLE
-- params:  $start DATE, $end DATE, $segment VARCHAR, $country VARCHAR
-- pushed: expected close moved out beyond the original one. pushed_days is the median of those that moved.

select
    date_trunc('month', fact.original_close_date)::date as month,
    count(*) as due_deals,
    count(*) filter (where fact.expected_close_date <= fact.original_close_date) as kept,
    count(*) filter (where fact.expected_close_date > fact.original_close_date) as pushed,
    round(count(*) filter (where fact.expected_close_date > fact.original_close_date) / count(*), 6) as pushed_share,
    median(date_diff('day', fact.original_close_date, fact.expected_close_date))
        filter (where fact.expected_close_date > fact.original_close_date) as pushed_days
from gold.fact_pipeline as fact
join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
where fact.original_close_date >= date_trunc('month', least($start, ($end - interval 12 month)::date))
    and fact.original_close_date < $end
    and ($segment is null or customer.segment = $segment)
    and ($country is null or customer.country = $country)
group by month
order by month
