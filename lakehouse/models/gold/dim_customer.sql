-- Golden customers as they were over time (SCD2), derived from every golden snapshot ever taken.
-- grain:   customer_uid, valid_from
-- columns: customer_key VARCHAR, customer_uid VARCHAR, full_name VARCHAR, email VARCHAR, phone VARCHAR, street VARCHAR,
--          city VARCHAR, postal_code VARCHAR, country VARCHAR, segment VARCHAR, industry VARCHAR, status VARCHAR,
--          source_systems VARCHAR, match_score DOUBLE, lifetime_value DECIMAL(18,2), created_date DATE,
--          last_activity_date DATE, valid_from DATE, valid_to DATE, is_current BOOLEAN
-- Versions are half-open: valid_from <= day < valid_to, and valid_to is null while current. A customer's first version
-- holds from the day it was created; one that was merged away or deleted is closed on the day that it was first
-- missing. A day's snapshots have a sequence: as loaded, then as decided by the stewards; a version that a later one of
-- the same day replaced has no length and is left out. Status, lifetime value and last activity are those of a
-- version's last day, counted from the facts; a retired uid has none, because its facts belong to the survivor.

with compared as (
    select
        snapshot.*,
        lag(snapshot_date) over history is null as is_first,
        (
            is_retired, full_name, email, phone, street, city, postal_code, country, segment, industry, source_systems,
            match_score, is_churned, created_date
        ) is distinct from lag((
            is_retired, full_name, email, phone, street, city, postal_code, country, segment, industry, source_systems,
            match_score, is_churned, created_date
        )) over history as is_new_version
    from {{ source('mdm', 'golden_snapshot') }} as snapshot
    window history as (partition by customer_uid order by snapshot_date, sequence)
),

started as (
    select
        *,
        case when is_first then least(created_date, snapshot_date) else snapshot_date end as valid_from,
        lead(snapshot_date) over (partition by customer_uid order by snapshot_date, sequence) as valid_to
    from compared
    where is_first or is_new_version
),

version as (
    select started.*, as_of.as_of_date
    from started
    cross join {{ ref('as_of') }} as as_of
    where not started.is_retired and (started.valid_to is null or started.valid_to > started.valid_from)
),

measured as (
    select
        version.customer_uid,
        version.valid_from,
        sum(activity.revenue) as lifetime_value,
        max(activity.activity_date) as last_activity_date
    from version
    join {{ ref('customer_activity') }} as activity
        on version.customer_uid = activity.customer_uid
            and activity.activity_date < coalesce(version.valid_to, date '9999-12-31')
    group by version.customer_uid, version.valid_from
),

aged as (
    select
        version.*,
        coalesce(measured.lifetime_value, 0) as lifetime_value,
        measured.last_activity_date,
        (year(last_day) - year(created_date)) * 12 + month(last_day) - month(created_date)
            - case when day(last_day) < day(created_date) then 1 else 0 end as tenure_months,
        date_diff('day', coalesce(measured.last_activity_date, created_date), last_day) as days_since_activity
    from (
        select *, coalesce(cast(valid_to - interval 1 day as date), as_of_date) as last_day from version
    ) as version
    left join measured
        on version.customer_uid = measured.customer_uid and version.valid_from = measured.valid_from
)

select
    customer_uid || '@' || cast(valid_from as varchar) as customer_key,
    customer_uid,
    full_name,
    email,
    phone,
    street,
    city,
    postal_code,
    country,
    segment,
    industry,
    case
        when is_churned then 'Churned'
        when tenure_months < 3 then 'New'
        when days_since_activity > 45 then 'At-Risk'
        else 'Active'
    end as status,
    source_systems,
    match_score,
    cast(lifetime_value as decimal(18, 2)) as lifetime_value,
    created_date,
    last_activity_date,
    valid_from,
    valid_to,
    valid_to is null as is_current
from aged
order by customer_uid, valid_from
