-- Headline figures of the alerts detected in the period and in the comparison period.
-- grain:   one row
-- columns: alerts BIGINT, alerts_before BIGINT, open_alerts BIGINT, open_alerts_before BIGINT, open_critical BIGINT,
--          overdue BIGINT, confirmed BIGINT, false_positives BIGINT, precision DOUBLE, precision_before DOUBLE,
--          loss_prevented DECIMAL(38,2), loss_prevented_before DECIMAL(38,2), loss_incurred DECIMAL(38,2),
--          loss_incurred_before DECIMAL(38,2), sla_met DOUBLE, sla_met_before DOUBLE, hours_p50 DOUBLE, hours_p90 DOUBLE
-- params:  $start DATE, $end DATE, $compare_start DATE, $compare_end DATE, $segment VARCHAR, $country VARCHAR,
--          $severity VARCHAR
-- precision: confirmed / (confirmed + false positives), alerts with a verdict. loss_prevented: flagged amount of
-- confirmed alerts whose order was held before shipment; loss_incurred: what the others cost. sla_met: closed within 4 h
-- (Critical), 24 h (High), 72 h (Medium) or 168 h (Low) / all closed or past that limit. Open: at the period's end,
-- whenever detected.

with alert as (
    select
        fact.*,
        fact.detected_at + to_hours(
            case fact.severity when 'Critical' then 4 when 'High' then 24 when 'Medium' then 72 else 168 end
        ) as due_at
    from gold.fact_fraud_signals as fact
    join gold.dim_customer as customer on fact.customer_uid = customer.customer_uid and customer.is_current
    where ($segment is null or customer.segment = $segment)
        and ($country is null or customer.country = $country)
        and ($severity is null or fact.severity = $severity)
),

moment as (
    select 'now' as moment, $start as first_day, $end as last_day
    union all
    select 'before', $compare_start, $compare_end
),

standing as (
    select
        moment.moment,
        count(*) as open_alerts,
        count(*) filter (where alert.severity = 'Critical') as open_critical,
        count(*) filter (where alert.due_at < moment.last_day) as overdue
    from moment
    join alert
        on alert.detected_at < moment.last_day
            and (alert.resolved_at is null or alert.resolved_at >= moment.last_day)
    group by moment.moment
),

detected as (
    select
        moment.moment,
        count(*) as alerts,
        count(*) filter (where alert.status = 'Confirmed Fraud') as confirmed,
        count(*) filter (where alert.status = 'False Positive') as false_positives,
        coalesce(sum(alert.flagged_amount) filter (
            where alert.status = 'Confirmed Fraud' and alert.is_held_before_shipment
        ), 0) as loss_prevented,
        coalesce(sum(alert.financial_impact) filter (where alert.status = 'Confirmed Fraud'), 0) as loss_incurred,
        count(*) filter (where alert.resolved_at <= alert.due_at) as met,
        count(*) filter (where alert.resolved_at is not null or alert.due_at < moment.last_day) as decided,
        quantile_cont(date_diff('second', alert.detected_at, alert.resolved_at), 0.5) / 3600 as hours_p50,
        quantile_cont(date_diff('second', alert.detected_at, alert.resolved_at), 0.9) / 3600 as hours_p90
    from moment
    join alert on alert.detected_at >= moment.first_day and alert.detected_at < moment.last_day
    group by moment.moment
)

select
    coalesce(this.alerts, 0) as alerts,
    earlier.alerts as alerts_before,
    coalesce(open_now.open_alerts, 0) as open_alerts,
    open_then.open_alerts as open_alerts_before,
    coalesce(open_now.open_critical, 0) as open_critical,
    coalesce(open_now.overdue, 0) as overdue,
    coalesce(this.confirmed, 0) as confirmed,
    coalesce(this.false_positives, 0) as false_positives,
    round(this.confirmed / nullif(this.confirmed + this.false_positives, 0), 6) as precision,
    round(earlier.confirmed / nullif(earlier.confirmed + earlier.false_positives, 0), 6) as precision_before,
    coalesce(this.loss_prevented, 0)::decimal(38, 2) as loss_prevented,
    earlier.loss_prevented::decimal(38, 2) as loss_prevented_before,
    coalesce(this.loss_incurred, 0)::decimal(38, 2) as loss_incurred,
    earlier.loss_incurred::decimal(38, 2) as loss_incurred_before,
    round(this.met / nullif(this.decided, 0), 6) as sla_met,
    round(earlier.met / nullif(earlier.decided, 0), 6) as sla_met_before,
    round(this.hours_p50, 4) as hours_p50,
    round(this.hours_p90, 4) as hours_p90
from (select 1) as one
left join detected as this on this.moment = 'now'
left join detected as earlier on earlier.moment = 'before'
left join standing as open_now on open_now.moment = 'now'
left join standing as open_then on open_then.moment = 'before'
