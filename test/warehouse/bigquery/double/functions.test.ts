import { expect, it } from 'vitest';
import { evaluate } from '../../../support/zetasql/evaluate.ts';
import { describeAnalysed } from '../../../support/zetasql/index.ts';
import { withDouble } from './world.ts';

const world = withDouble();

const json = (text: string): string => `PARSE_JSON('${text}', wide_number_mode=>'round')`;
const text = (expression: string): string => `CAST(${expression} AS STRING)`;
const at = "TIMESTAMP '2024-02-29 12:34:56.789012+00'";

const expressions: readonly string[] = [
  `TO_JSON_STRING(${json('{"b": 1.0, "a": 1e2, "c": 12345678901234567890, "d": 123456789012345678901234}')})`,
  `TO_JSON_STRING(${json('{"a": 1, "b": 2, "a": 3}')})`,
  `TO_JSON_STRING(${json('{"10": 1, "9": 2, "Z": 3, "a": 4, "é": 5, "": 6, "__proto__": 7}')})`,
  `TO_JSON_STRING(${json('[1.5, -0.0, 0, -1, 1e21, 1e-7, 0.1, 9007199254740993, null, true, "x"]')})`,
  `TO_JSON_STRING(${json(String.raw`{"a": "\\u00e9\\n\\"\\\\\\/ \\u001f \\u2028 <"}`)})`,
  `TO_JSON_STRING(${json(' "text" ')})`,
  'TO_JSON_STRING(CAST(NULL AS JSON))',
  'TO_JSON_STRING(CAST(NULL AS STRING))',
  String.raw`TO_JSON_STRING('a"b\\c\n\u00e9\u2028/')`,
  "TO_JSON_STRING(['a', 'b\"c'])",
  String.raw`TO_JSON_STRING(['<>&=+\'\u2029\x7f\x01\b', '\ufeff\u00a0'])`,
  `TO_JSON_STRING(${json('{"a": {"b": [], "a": {}}, "a": 1}')})`,
  'TO_JSON_STRING(CAST([] AS ARRAY<STRING>))',
  'TO_JSON_STRING(9007199254740992)',
  'TO_JSON_STRING(9007199254740993)',
  'TO_JSON_STRING(-9007199254740993)',
  "TO_JSON_STRING(CAST('1.50' AS NUMERIC))",
  "TO_JSON_STRING(CAST('-2' AS NUMERIC))",
  "TO_JSON_STRING(CAST('90071992547409930' AS NUMERIC))",
  'TO_JSON_STRING(CAST(1 AS FLOAT64))',
  'TO_JSON_STRING(CAST(0.1 AS FLOAT64))',
  'TO_JSON_STRING(TRUE)',
  `TO_JSON_STRING(${at})`,
  "TO_JSON_STRING(TIMESTAMP '2024-02-29 12:34:56.7+00')",
  "TO_JSON_STRING(TIMESTAMP '2024-02-29 12:34:56+00')",
  "TO_JSON_STRING(CAST('2024-02-29' AS DATE))",
  "TO_JSON_STRING(STRUCT(1 AS a, 'x' AS `b c`, ['y'] AS d, CAST(NULL AS STRING) AS e))",
  `TO_JSON_STRING(JSON_REMOVE(${json('{"a": 1, "b c": 2, "d": {"a": 3}}')}, '$."b c"', '$.none', '$.a'))`,
  `TO_JSON_STRING(JSON_REMOVE(${json('[1]')}, '$.a'))`,
  `TO_JSON_STRING(${json('{"a": null, "b": {"c": 1.0}}')}['b'])`,
  text(`${json('{"a": null}')}['a'] IS NULL`),
  text(`${json('{"a": null}')}['b'] IS NULL`),
  text(`${json('[1]')}['a'] IS NULL`),
  `FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E6SZ', ${at}, 'UTC')`,
  "FORMAT_TIMESTAMP('%Y-%m-%dT%H:%M:%E6SZ', TIMESTAMP '0987-01-02 03:04:05+00', 'UTC')",
  "FORMAT_TIMESTAMP('%E4Y/%F %T %E3S 100%%', TIMESTAMP '0987-01-02 03:04:05.9999+00', 'UTC')",
  text(`UNIX_MILLIS(${at})`),
  text("UNIX_MILLIS(TIMESTAMP '1969-12-31 23:59:59.999999+00')"),
  text("UNIX_MICROS(TIMESTAMP '2024-01-01 02:00:00+02:00')"),
  text("UNIX_MICROS(CAST('2024-01-01T02:00:00.000001-02:30' AS TIMESTAMP))"),
  text('UNIX_MICROS(TIMESTAMP_MILLIS(-1))'),
  text(`UNIX_MICROS(TIMESTAMP_ADD(${at}, INTERVAL 5 * 2 MILLISECOND))`),
  text(`UNIX_MICROS(TIMESTAMP_SUB(${at}, INTERVAL 1 DAY))`),
  text(`TIMESTAMP_DIFF(${at}, TIMESTAMP '2024-02-29 12:34:56.790+00', MILLISECOND)`),
  text(`TIMESTAMP_DIFF(${at}, TIMESTAMP '2023-02-28 00:00:00+00', SECOND)`),
  text('CAST(1 AS FLOAT64)'),
  text('CAST(0.1 AS FLOAT64)'),
  text("CAST('1.50' AS NUMERIC)"),
  text("CAST('100' AS NUMERIC)"),
  text("CAST('-0.000000001' AS NUMERIC)"),
  text('TRUE'),
  text("CAST('2024-02-29' AS DATE)"),
  text("CAST(' 12 ' AS INT64)"),
  text("CAST('true' AS BOOL)"),
  text('CAST(2.5 AS INT64)'),
  text('CAST(-2.5 AS INT64)'),
  text("CAST(CAST('3.5' AS NUMERIC) AS INT64)"),
  text('GREATEST(1, 3, 2)'),
  text('GREATEST(1, NULL, 2)'),
  "CONCAT('a', CAST(NULL AS STRING))",
  "CONCAT('a', 'b', 'ü')",
  "SUBSTR('größer', 3, 2)",
  "SUBSTR('größer', -2)",
  text("LENGTH('größe\u{1F600}')"),
  text("STARTS_WITH('größer', 'grö')"),
  text('ARRAY_LENGTH(CAST(NULL AS ARRAY<STRING>))'),
  text("ARRAY_LENGTH(['a', NULL])"),
  text("'a' IN UNNEST(['b', 'a'])"),
  text("'c' IN UNNEST(['b', NULL])"),
  text("'c' IN UNNEST(CAST(NULL AS ARRAY<STRING>))"),
  text("'c' NOT IN UNNEST(CAST([] AS ARRAY<STRING>))"),
  text('NULL IS DISTINCT FROM 1'),
  text('CAST(NULL AS STRING) IS NOT DISTINCT FROM CAST(NULL AS STRING)'),
  text('IF(NULL, 1, 2)'),
  text("CASE WHEN 1 > 2 THEN 'a' WHEN 'Ä' < 'ä' THEN 'b' END"),
  text("NULLIF('a', 'a')"),
  text('COALESCE(NULL, 5)'),
  text('(SELECT COUNTIF(x > 1) FROM UNNEST([1, 2, 3]) AS x)'),
  text('(SELECT SUM(x * o) FROM UNNEST([5, 6, 7]) AS x WITH OFFSET AS o)'),
  text('ARRAY_LENGTH(ARRAY(SELECT DISTINCT x FROM UNNEST([1, 1, 2]) AS x))'),
  text('(SELECT x FROM UNNEST([2, NULL, 1]) AS x ORDER BY x LIMIT 1)'),
  text('7 / 2'),
  String.raw`'\x41\u00e9\U0001F600\101\'\"\\\n\t'`,
];

describeAnalysed("functions give what they give in Google's own implementation", () => {
  it.each(expressions)('%s', async (expression) => {
    const [[ours] = []] = await world.client.rows(`SELECT ${expression}`);
    expect(ours).toBe(await evaluate(expression));
  });

  it.each([
    "ERROR('no')",
    "CAST('x' AS INT64)",
    "CAST('2024-02-30' AS DATE)",
    "CAST('2024-02-30 00:00:00Z' AS TIMESTAMP)",
    "PARSE_JSON('{', wide_number_mode=>'round')",
    text("CAST('1e40' AS NUMERIC)"),
    'CAST(9223372036854775807 + 1 AS STRING)',
  ])('%s is an error', async (expression) => {
    await expect(world.client.rows(`SELECT ${expression}`)).rejects.toThrow();
    await expect(evaluate(text(expression))).rejects.toThrow();
  });
});
