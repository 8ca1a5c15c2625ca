-- The versions of one customer's golden record, newest first, and what each changed; valid_to is null while it holds.
-- grain:   customer_key
-- columns: version BIGINT, customer_key VARCHAR, valid_from DATE, valid_to DATE, is_current BOOLEAN,
--          full_name VARCHAR, source_systems VARCHAR, changed VARCHAR
-- params:  $uid VARCHAR

with versions as (
    select
        *,
        row_number() over history as version,
        concat_ws(
            ' · ',
            case when lag(full_name) over history is distinct from full_name
                then 'Name: ' || coalesce(lag(full_name) over history, '–')
                    || ' → ' || coalesce(full_name, '–') end,
            case when lag(email) over history is distinct from email
                then 'E-mail: ' || coalesce(lag(email) over history, '–')
                    || ' → ' || coalesce(email, '–') end,
            case when lag(phone) over history is distinct from phone
                then 'Phone: ' || coalesce(lag(phone) over history, '–')
                    || ' → ' || coalesce(phone, '–') end,
            case when lag((street, postal_code, city, country)) over history
                    is distinct from (street, postal_code, city, country)
                then 'Address: ' || concat_ws(', ', lag(street) over history, lag(city) over history) || ' → '
                    || concat_ws(', ', street, city) end,
            case when lag(segment) over history is distinct from segment
                then 'Segment: ' || coalesce(lag(segment) over history, '–')
                    || ' → ' || coalesce(segment, '–') end,
            case when lag(industry) over history is distinct from industry
                then 'Industry: ' || coalesce(lag(industry) over history, '–')
                    || ' → ' || coalesce(industry, '–') end,
            case when lag(status) over history is distinct from status
                then 'Status: ' || coalesce(lag(status) over history, '–')
                    || ' → ' || coalesce(status, '–') end,
            case when lag(source_systems) over history is distinct from source_systems
                then 'Known in: ' || coalesce(lag(source_systems) over history, '–') || ' → ' || source_systems end
        ) as differences
    from gold.dim_customer
    where customer_uid = $uid
    window history as (partition by customer_uid order by valid_from)
)

select
    version,
    customer_key,
    valid_from,
    valid_to,
    is_current,
    full_name,
    source_systems,
    case
        when version = 1 then 'First version'
        when differences = '' then 'Other attributes'
        else differences
    end as changed
from versions
order by version desc
