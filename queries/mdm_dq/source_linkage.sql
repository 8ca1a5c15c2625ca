-- Golden customers by the systems that know them.
-- grain:   source_systems
-- columns: source_systems VARCHAR, customers BIGINT, source_records BIGINT, share DOUBLE, label VARCHAR
-- params:  none

select
    replace(source_systems, '+', ' + ') as source_systems,
    count(*) as customers,
    sum(source_records)::bigint as source_records,
    round(count(*) / sum(count(*)) over (), 6) as share,
    format('{} · {:.0f}%', count(*), 100 * count(*) / sum(count(*)) over ()) as label
from mdm.golden_customer
group by all
order by customers desc, source_systems
