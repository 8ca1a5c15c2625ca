-- Deals as an accumulating snapshot: one date for every stage that a deal reached.
-- grain:   deal_id
-- columns: deal_id VARCHAR, customer_uid VARCHAR, sales_rep_id VARCHAR, lead_source VARCHAR,
--          deal_amount DECIMAL(18,2), current_stage VARCHAR, created_date DATE, mql_date DATE, sql_date DATE,
--          discovery_date DATE, proposal_date DATE, negotiation_date DATE, closed_date DATE, expected_close_date DATE,
--          is_won BOOLEAN, is_lost BOOLEAN, is_open BOOLEAN, loss_reason VARCHAR, days_in_stage INTEGER,
--          original_close_date DATE
-- days_in_stage counts from the day the last open stage was reached, until the deal closed or until the as-of date.

with accepted as (
    select
        *,
        coalesce(negotiation_date, proposal_date, discovery_date, sql_date, mql_date, created_date) as stage_date
    from {{ ref('deal') }}
    where deal_id not in (
        select row_key from {{ source('silver', 'quarantine') }}
        where table_name = 'silver.deal' and is_rejected
    )
)

select
    accepted.deal_id,
    crosswalk.customer_uid,
    accepted.sales_rep_id,
    accepted.lead_source,
    accepted.deal_amount,
    accepted.current_stage,
    accepted.created_date,
    accepted.mql_date,
    accepted.sql_date,
    accepted.discovery_date,
    accepted.proposal_date,
    accepted.negotiation_date,
    accepted.closed_date,
    accepted.expected_close_date,
    accepted.current_stage = 'Won' as is_won,
    accepted.current_stage = 'Lost' as is_lost,
    accepted.current_stage not in ('Won', 'Lost') as is_open,
    accepted.loss_reason,
    cast(
        date_diff('day', accepted.stage_date, coalesce(accepted.closed_date, as_of.as_of_date)) as integer
    ) as days_in_stage,
    accepted.original_close_date
from accepted
join {{ source('mdm', 'crosswalk') }} as crosswalk on accepted.customer_record_id = crosswalk.record_id
cross join {{ ref('as_of') }} as as_of
order by accepted.created_date, accepted.deal_id
