-- Open deals that need a call: overdue, pushed out, or longer in their stage than nine in ten won deals; by amount.
-- grain:   deal_id
-- columns: deal_id VARCHAR, customer_uid VARCHAR, customer VARCHAR, sales_rep VARCHAR, stage VARCHAR,
--          amount DECIMAL(18,2), days_in_stage INTEGER, usual_days INTEGER, expected_close DATE, overdue_days BIGINT,
--          pushed_days BIGINT, why VARCHAR
-- params:  $segment VARCHAR, $country VARCHAR, $as_of DATE
-- As of today, whatever the period. usual_days: the 90th percentile of won deals in that stage.

with won_visit as (
    select
        unnest(['Lead', 'MQL', 'SQL', 'Discovery', 'Proposal', 'Negotiation']) as stage,
        unnest([created_date, mql_date, sql_date, discovery_date, proposal_date, negotiation_date]) as entered,
        unnest([mql_date, sql_date, discovery_date, proposal_date, negotiation_date, closed_date]) as left_on
    from gold.fact_pipeline
    where is_won
),

pace as (
    select stage, quantile_cont(date_diff('day', entered, left_on), 0.9) as p90_days
    from won_visit
    where entered is not null and left_on is not null
    group by stage
),

open_deal as (
    select
        fact.*,
        customer.full_name as customer,
        rep.sales_rep,
        pace.p90_days,
        greatest(date_diff('day', fact.expected_close_date, $as_of), 0) as overdue_days,
        greatest(date_diff('day', fact.original_close_date, fact.expected_close_date), 0) as pushed_days
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    left join gold.dim_sales_rep as rep using (sales_rep_id)
    left join pace on fact.current_stage = pace.stage
    where fact.is_open
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
)

select
    deal_id,
    customer_uid,
    customer,
    sales_rep,
    current_stage as stage,
    deal_amount as amount,
    days_in_stage,
    round(p90_days)::integer as usual_days,
    expected_close_date as expected_close,
    nullif(overdue_days, 0) as overdue_days,
    nullif(pushed_days, 0) as pushed_days,
    concat_ws(
        ' · ',
        case when overdue_days > 0 then 'Overdue' end,
        case when days_in_stage > p90_days then 'Aged' end,
        case when pushed_days > 0 then 'Pushed' end
    ) as why
from open_deal
where overdue_days > 0 or days_in_stage > p90_days
order by deal_amount desc, deal_id
