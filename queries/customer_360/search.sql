-- Customers that a text may mean, best first: by name (each word against the best of a name's words, Jaro-Winkler,
-- weighed by its length, so that spelling does not matter and short words hardly), e-mail, phone digits, VAT id, the
-- key in any source system, order number or customer id. Values that lost to a better source are searched too. Filters
-- do not apply: a search finds every customer.
-- grain:   customer_uid
-- columns: customer_uid VARCHAR, full_name VARCHAR, segment VARCHAR, country VARCHAR, city VARCHAR, status VARCHAR,
--          lifetime_value DECIMAL(18,2), found_by VARCHAR, found VARCHAR, score DOUBLE
-- params:  $text VARCHAR

with asked as (
    select
        lower(strip_accents(trim($text))) as text,
        regexp_replace($text, '[^0-9]', '', 'g') as digits
    where length(trim($text)) >= 2
),

words as (
    select unnest(list_filter(regexp_split_to_array(text, '[^a-z0-9]+'), lambda part: length(part) > 1)) as word
    from asked
),

spellings as (
    select
        customer_uid,
        value,
        rank,
        lower(strip_accents(value)) as plain
    from mdm.golden_attribute
    where attribute = 'full_name'
),

spelling_words as (
    select customer_uid, value, rank, plain, unnest(regexp_split_to_array(plain, '[^a-z0-9]+')) as part
    from spellings
),

word_scores as (
    select customer_uid, value, rank, plain, word, max(jaro_winkler_similarity(word, part)) as score
    from spelling_words, words
    group by customer_uid, value, rank, plain, word
),

name_scores as (
    select
        customer_uid,
        value,
        rank,
        0.85 * sum(length(word) * score) / sum(length(word)) + 0.15 * max(jaro_winkler_similarity(text, plain)) as score
    from word_scores, asked
    group by customer_uid, value, rank
    having sum(length(word) * score) / sum(length(word)) >= 0.84
),

hits as (
    select customer_uid, 1 as position, 'Name' as found_by, value as found, 0.97 * score as score, rank
    from name_scores
    union all
    select
        customer_uid,
        2,
        'E-mail',
        value,
        case
            when lower(value) = text then 1
            when starts_with(lower(value), text) then 0.95
            when contains(lower(value), text) then 0.85
            else 0.9 * jaro_winkler_similarity(lower(value), text)
        end,
        rank
    from mdm.golden_attribute, asked
    where attribute = 'email'
        and (
            contains(lower(value), text)
            or (contains(text, '@') and jaro_winkler_similarity(lower(value), text) >= 0.93)
        )
    union all
    select customer_uid, 3, 'Phone', value, 0.98, rank
    from mdm.golden_attribute, asked
    where attribute = 'phone'
        and length(digits) >= 5
        and contains(regexp_replace(value, '[^0-9]', '', 'g'), ltrim(digits, '0'))
    union all
    select customer_uid, 4, 'VAT id', value, 1, rank
    from mdm.golden_attribute, asked
    where attribute = 'tax_id' and length(text) >= 6 and contains(lower(value), text)
    union all
    select customer_uid, 5, source_system || ' key', source_id, 1, 1
    from mdm.crosswalk, asked
    where lower(record_id) = text
        or lower(source_id) = text
        or (length(digits) >= 4 and digits = text and ltrim(source_id, '0') = ltrim(digits, '0'))
    union all
    select customer_uid, 6, 'Order', order_id, 1, 1
    from gold.fact_sales, asked
    where lower(order_id) = text
    union all
    select customer_uid, 7, 'Customer id', customer_uid, 1, 1
    from gold.dim_customer, asked
    where is_current and lower(customer_uid) = text
    union all
    select customer_uid, 8, 'Retired id', retired_uid, 1, 1
    from mdm.uid_redirect, asked
    where lower(retired_uid) = text
),

best as (
    select *
    from hits
    qualify row_number() over (partition by customer_uid order by score desc, position, rank, found) = 1
)

select
    customer_uid,
    full_name,
    segment,
    country,
    city,
    status,
    lifetime_value,
    found_by,
    found,
    score::double as score
from best
join gold.dim_customer using (customer_uid)
where is_current
order by score desc, lifetime_value desc, customer_uid
limit 8
