-- The four risk-compensation items of 临政办发〔2021〕47号, clause 15, as somebody
-- good at SQL would write them for one year and one reading. Amounts in fen.
-- {div} is the engine's whole division, {wide} its integer of more than 64 bits.
CREATE TEMP TABLE first_bank AS
WITH earliest AS (
  SELECT enterprise_id, min(disbursed_on) AS day FROM loans GROUP BY enterprise_id
), attested AS (
  SELECT l.enterprise_id,
         min(CASE WHEN l.first_loan THEN l.institution_id END) AS bank,
         min(CASE WHEN l.first_loan IS NULL THEN l.institution_id END) AS doubtful
  FROM loans l JOIN earliest e ON e.enterprise_id = l.enterprise_id AND e.day = l.disbursed_on
  WHERE e.day BETWEEN DATE '2021-01-01' AND DATE '2021-12-31'
  GROUP BY l.enterprise_id
)
SELECT enterprise_id, bank FROM attested WHERE bank IS NOT NULL AND (doubtful IS NULL OR doubtful >= bank);

CREATE TEMP TABLE chattel AS
SELECT DISTINCT c.institution_id, c.loan_id
FROM collaterals c JOIN loans l ON l.institution_id = c.institution_id AND l.loan_id = c.loan_id
WHERE c.class IN ('equipment', 'raw_material', 'semi_finished', 'product')
  AND c.registration_no IS NOT NULL AND c.registered_on <= l.disbursed_on
  AND coalesce(c.cancelled_on, DATE '9999-12-31') >= DATE '2021-12-31'
  AND c.secured_party = l.institution_id;

CREATE TEMP TABLE picked AS
SELECT * FROM (
  SELECT l.institution_id, l.loan_id, l.enterprise_id,
    CASE
      WHEN e.size IN ('small', 'micro') AND f.bank = l.institution_id
        AND l.disbursed_on BETWEEN DATE '2021-01-01' AND DATE '2021-12-31' THEN 'rc-first-loan'
      WHEN p.praise_level IN ('province', 'national')
        AND p.praised_on BETWEEN DATE '2021-01-01' AND DATE '2021-12-31' THEN 'rc-fintech'
      WHEN e.tech AND e.annual_sales <= 30000000 THEN 'rc-tech'
      WHEN c.loan_id IS NOT NULL THEN 'rc-chattel'
    END AS item,
    coalesce(p.released_on, DATE '9999-12-31') AS released_on
  FROM loans l
  JOIN enterprises e ON e.enterprise_id = l.enterprise_id
  LEFT JOIN projects p ON p.project_id = l.project_id
  LEFT JOIN first_bank f ON f.enterprise_id = l.enterprise_id
  LEFT JOIN chattel c ON c.institution_id = l.institution_id AND c.loan_id = l.loan_id
) rows WHERE item IS NOT NULL;

CREATE TEMP TABLE based AS
SELECT * FROM (
  SELECT p.item, p.institution_id, p.loan_id, p.enterprise_id,
    {div}(2 * CAST(sum({fen}) AS BIGINT) + 12, 24) AS base
  FROM picked p JOIN month_balances b ON b.institution_id = p.institution_id AND b.loan_id = p.loan_id
  WHERE b.month BETWEEN '2021-01' AND '2021-12'
    AND (p.item <> 'rc-fintech' OR b.month >= substr(CAST(p.released_on AS VARCHAR), 1, 7))
  GROUP BY p.item, p.institution_id, p.loan_id, p.enterprise_id
) rows WHERE base > 0;

CREATE TEMP TABLE limited AS
WITH summed AS (
  SELECT *, CAST(sum(base) OVER (PARTITION BY item, enterprise_id) AS BIGINT) AS total FROM based
), parts AS (
  SELECT *, CAST({div}(CAST(1000000000 AS {wide}) * base, total) AS BIGINT) AS part,
    CAST(CAST(1000000000 AS {wide}) * base % total AS BIGINT) AS rest
  FROM summed WHERE item IN ('rc-first-loan', 'rc-tech') AND total > 1000000000
), shared AS (
  SELECT *, row_number() OVER (PARTITION BY item, enterprise_id ORDER BY rest DESC, institution_id, loan_id)
      <= 1000000000 - CAST(sum(part) OVER (PARTITION BY item, enterprise_id) AS BIGINT) AS one_more
  FROM parts
)
SELECT item, institution_id, loan_id, base, base AS limited
FROM summed WHERE NOT (item IN ('rc-first-loan', 'rc-tech') AND total > 1000000000)
UNION ALL
SELECT item, institution_id, loan_id, base, part + CASE WHEN one_more THEN 1 ELSE 0 END FROM shared;

CREATE TEMP TABLE pooled AS
WITH rated AS (
  SELECT *, CAST({div}(CAST(limited AS {wide}) * 5000000 + 500000000, 1000000000) AS BIGINT) AS amount FROM limited
), summed AS (
  SELECT *, CAST(sum(amount) OVER () AS BIGINT) AS total, (SELECT {budget} FROM budgets WHERE pool = 'risk-compensation') AS pool FROM rated
), parts AS (
  SELECT *, CAST({div}(CAST(pool AS {wide}) * amount, total) AS BIGINT) AS part, CAST(CAST(pool AS {wide}) * amount % total AS BIGINT) AS rest FROM summed
), shared AS (
  SELECT *, row_number() OVER (ORDER BY rest DESC, item, institution_id, loan_id) <= pool - CAST(sum(part) OVER () AS BIGINT) AS one_more FROM parts
)
SELECT item, institution_id, base, amount,
  CASE WHEN total > pool THEN part + CASE WHEN one_more THEN 1 ELSE 0 END ELSE amount END AS pooled
FROM shared;

CREATE TEMP TABLE totals AS
SELECT item, institution_id AS payee_id, count(*) AS rows, CAST(sum(base) AS BIGINT) AS base_fen, CAST(sum(amount) AS BIGINT) AS amount_fen,
  CAST(sum(pooled) AS BIGINT) AS pool_amount_fen, CAST({div}(CAST(sum(pooled) AS BIGINT), 100) * 100 AS BIGINT) AS paid_fen
FROM pooled GROUP BY item, institution_id;
