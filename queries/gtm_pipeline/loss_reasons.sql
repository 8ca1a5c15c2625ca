-- Deals lost in the period by reason.
-- grain:   loss_reason
-- columns: loss_reason VARCHAR, deals BIGINT, amount DECIMAL(38,2), deals_share DOUBLE, deals_before BIGINT, label VARCHAR
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR

with lost as (
    select
        coalesce(fact.loss_reason, 'Not given') as loss_reason,
        fact.deal_amount,
        fact.closed_date >= $start and fact.closed_date < $end as is_now,
        fact.closed_date >= $compare_start and fact.closed_date < $compare_end as is_before
    from gold.fact_pipeline as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where fact.is_lost
        and ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
),

reason as (
    select
        loss_reason,
        count(*) filter (where is_now) as deals,
        coalesce(sum(deal_amount) filter (where is_now), 0) as amount,
        count(*) filter (where is_before) as deals_before
    from lost
    group by loss_reason
)

select
    loss_reason,
    deals,
    amount::decimal(38, 2) as amount,
    round(deals / sum(deals) over (), 6) as deals_share,
    deals_before,
    format('{} · {:.0f}%', deals, 100 * deals / sum(deals) over ()) as label
from reason
where deals > 0
order by deals desc, amount desc, loss_reason
