/** BigQuery's functions where DuckDB's differ. Every branch must bind for every type: hence the casts to text. */
export const functions: readonly string[] = [
  // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/conversion_functions#cast_as_string
  `CREATE MACRO bq_string(x) AS CASE
     WHEN x IS NULL THEN NULL
     WHEN typeof(x) = 'TIMESTAMP' THEN bq_fraction(CAST(x AS VARCHAR)) || '+00'
     WHEN typeof(x) LIKE 'DECIMAL%' THEN bq_decimal(CAST(x AS VARCHAR))
     WHEN typeof(x) = 'DOUBLE' THEN bq_double(CAST(x AS VARCHAR))
     ELSE CAST(x AS VARCHAR) END`,
  // Fractions of a second have no, three or six digits.
  `CREATE MACRO bq_fraction(t) AS CASE
     WHEN NOT contains(t, '.') THEN t
     WHEN length(split_part(t, '.', 2)) <= 3 THEN split_part(t, '.', 1) || '.' || rpad(split_part(t, '.', 2), 3, '0')
     ELSE split_part(t, '.', 1) || '.' || rpad(split_part(t, '.', 2), 6, '0') END`,
  `CREATE MACRO bq_decimal(t) AS CASE WHEN contains(t, '.') THEN rtrim(rtrim(t, '0'), '.') ELSE t END`,
  `CREATE MACRO bq_double(t) AS CASE WHEN t = 'nan' THEN 'NaN' WHEN t LIKE '%.0' THEN t[:-3] ELSE t END`,
  `CREATE MACRO bq_timestamp(x) AS CASE
     WHEN typeof(x) = 'VARCHAR' THEN make_timestamp(CAST(bq_timestamp_micros(CAST(x AS VARCHAR)) AS BIGINT))
     ELSE TRY_CAST(x AS TIMESTAMP) END`,
  // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/json_functions#json_encodings
  `CREATE MACRO bq_to_json_string(x) AS CASE
     WHEN x IS NULL THEN 'null'
     WHEN typeof(x) = 'JSON' THEN CAST(x AS VARCHAR)
     WHEN typeof(x) = 'TIMESTAMP' THEN '"' || replace(bq_fraction(CAST(x AS VARCHAR)), ' ', 'T') || 'Z"'
     WHEN typeof(x) = 'DATE' THEN '"' || CAST(x AS VARCHAR) || '"'
     WHEN typeof(x) LIKE 'DECIMAL(%)' THEN bq_exact(bq_decimal(CAST(x AS VARCHAR)))
     WHEN typeof(x) IN ('BIGINT', 'INTEGER', 'HUGEINT') THEN bq_exact(CAST(x AS VARCHAR))
     WHEN typeof(x) = 'DOUBLE' THEN bq_json_double(bq_double(CAST(x AS VARCHAR)))
     ELSE bq_json_text(CAST(to_json(x) AS VARCHAR)) END`,
  `CREATE MACRO bq_json_text(t) AS replace(replace(t, chr(8232), '\\u2028'), chr(8233), '\\u2029')`,
  // Fractions, and what a double cannot hold, are written as strings.
  `CREATE MACRO bq_exact(t) AS CASE
     WHEN NOT contains(t, '.') AND CAST(t AS HUGEINT) BETWEEN -9007199254740992 AND 9007199254740992 THEN t
     ELSE '"' || t || '"' END`,
  `CREATE MACRO bq_json_double(t) AS CASE
     WHEN t = 'NaN' THEN '"NaN"' WHEN t = 'inf' THEN '"Infinity"' WHEN t = '-inf' THEN '"-Infinity"' ELSE t END`,
  // https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/timestamp_functions#unix_millis: rounds down
  `CREATE MACRO bq_unix_millis(t) AS (epoch_us(t) - ((epoch_us(t) % 1000) + 1000) % 1000) // 1000`,
];
