import { notUnderstood } from '../api-error.ts';
import { timeFormat } from './time-format.ts';
import type { Scope } from './scope.ts';
import type { Token } from './tokens.ts';
import { clauseAt, isKey, split, type Group, type Node } from './tree.ts';
import { duckType, literal, quote, typeOf } from './types.ts';

type Argument = readonly Node[];
type Call = (sql: readonly string[], context: { arguments: readonly Argument[]; scope: Scope }) => string;

/** A function call. https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/functions-all */
export function callOf(name: Token, { nodes }: Group, scope: Scope): string {
  const { key } = name;
  if (key === 'CAST' || key === 'SAFE_CAST') return castOf(key, nodes, scope);
  if (key === 'STRUCT') return structOf(nodes, scope);
  if (key === 'ARRAY' && isKey(nodes[0], 'SELECT')) return `ARRAY(${scope.sql(nodes)})`;
  const list = split(nodes, ',');
  if (key === 'TO_JSON_STRING') return jsonTextOf(list, scope);
  if (key === 'TIMESTAMP_ADD' || key === 'TIMESTAMP_SUB') return moved(key, list, scope);
  if (key === 'TIMESTAMP_DIFF') return difference(list, scope);
  const call = calls[key];
  if (call === undefined && !same.has(key)) throw notUnderstood(`the function ${key}`);

  const sql = list.filter((argument) => !isKey(argument[1], '=>')).map((argument) => scope.sql(argument));
  if (call !== undefined) return call(sql, { arguments: list, scope });
  return `${key.toLowerCase()}(${sql.join(', ')})`;
}

/** Those that DuckDB has under the same name, with the same meaning. */
const same = new Set(
  `ABS ANY_VALUE AVG CEIL COALESCE CONTAINS_SUBSTR COUNT COUNTIF DENSE_RANK FIRST_VALUE FLOOR IFNULL LAG LAST_VALUE LEAD LOGICAL_AND
   LOWER LTRIM MAX MIN NULLIF RANK REPLACE REVERSE ROUND ROW_NUMBER RTRIM SIGN SUM TRIM UPPER`.split(/\s+/),
);

const duckNames: Readonly<Record<string, string>> = {
  ARRAY_LENGTH: 'len',
  CHAR_LENGTH: 'length',
  ERROR: 'error',
  IF: 'if',
  LENGTH: 'length',
  STARTS_WITH: 'starts_with',
  ENDS_WITH: 'ends_with',
  SUBSTR: 'substr',
  TIMESTAMP_MICROS: 'make_timestamp',
  TIMESTAMP_MILLIS: 'make_timestamp_ms',
  UNIX_MICROS: 'epoch_us',
  UNIX_MILLIS: 'bq_unix_millis',
};

const calls: Readonly<Record<string, Call>> = {
  ...Object.fromEntries(
    Object.entries(duckNames).map(([name, duck]) => [
      name,
      (sql: readonly string[]) => `${duck}(${sql.join(', ')})`,
    ]),
  ),
  // NULL where one of the values is, unlike DuckDB's.
  CONCAT: (sql) => `(${sql.map((one) => `CAST(${one} AS VARCHAR)`).join(' || ')})`,
  GREATEST: (sql) => `CASE WHEN ${anyNull(sql)} THEN NULL ELSE greatest(${sql.join(', ')}) END`,
  LEAST: (sql) => `CASE WHEN ${anyNull(sql)} THEN NULL ELSE least(${sql.join(', ')}) END`,
  CURRENT_TIMESTAMP: (_, { scope }) => scope.now,
  GENERATE_UUID: () => 'CAST(uuid() AS VARCHAR)',
  FORMAT_TIMESTAMP: (sql, { arguments: [format, , zone] }) => {
    if (format?.[0]?.kind !== 'string') throw notUnderstood('a format that is no literal');
    if (zone !== undefined && (zone[0]?.kind !== 'string' || zone[0].text !== 'UTC'))
      throw notUnderstood('time zones');
    return timeFormat(format[0].text, sql[1] ?? '');
  },
  PARSE_JSON: (sql, { arguments: [, ...options] }) => {
    const [name, arrow, mode] = options[0] ?? [];
    const isRound =
      isKey(name, 'WIDE_NUMBER_MODE') &&
      isKey(arrow, '=>') &&
      mode?.kind === 'string' &&
      mode.text === 'round';
    if (!isRound || options.length > 1) throw notUnderstood("PARSE_JSON without wide_number_mode=>'round'");
    return `CAST(bq_parse_json(${sql[0] ?? ''}) AS JSON)`;
  },
  JSON_REMOVE: (sql, { arguments: [, ...paths] }) =>
    paths.reduce(
      (json, path) => `CAST(bq_json_remove(${json}, ${literal(memberIn(path))}) AS JSON)`,
      sql[0] ?? '',
    ),
  JSON_KEYS: (sql) => {
    if (sql[1] !== '1' || sql.length > 2) throw notUnderstood('JSON_KEYS of more than one level');
    return `from_json(bq_json_keys(${sql[0] ?? ''}), '["VARCHAR"]')`;
  },
  JSON_TYPE: (sql) => `lower(json_type(${sql[0] ?? ''}))`,
};

function anyNull(sql: readonly string[]): string {
  return sql.map((one) => `${one} IS NULL`).join(' OR ');
}

/** The name in `$.name` or `$."name"`. */
function memberIn([path, ...more]: Argument): string {
  const match =
    path?.kind === 'string' && more.length === 0
      ? /^\$\.(?:(\w+)|"((?:[^"\\]|\\.)*)")$/s.exec(path.text)
      : null;
  if (match === null) throw notUnderstood('a JSONPath that is not one name');
  return match[1] ?? (JSON.parse(`"${match[2] ?? ''}"`) as string);
}

function castOf(key: string, nodes: readonly Node[], scope: Scope): string {
  const as = clauseAt(nodes, 'AS');
  const type = typeOf(nodes.slice(as + 1));
  const value = scope.sql(nodes.slice(0, as));
  if (type.kind !== 'scalar' || (type.name !== 'STRING' && type.name !== 'TIMESTAMP')) {
    if (type.kind === 'scalar' && type.name === 'JSON' && value !== 'NULL')
      throw notUnderstood('CAST AS JSON, which BigQuery refuses: use PARSE_JSON');
    return `${key === 'CAST' ? 'CAST' : 'TRY_CAST'}(${value} AS ${duckType(type)})`;
  }
  if (value === 'NULL') return `CAST(NULL AS ${duckType(type)})`;
  if (type.name === 'STRING') {
    const field = scope.column(nodes.slice(0, as));
    const isPlain =
      field !== undefined && /^(INT64|STRING|BOOL|DATE)$/.test(field.type) && field.mode !== 'REPEATED';
    return isPlain ? `CAST(${value} AS VARCHAR)` : `bq_string(${value})`;
  }
  if (key === 'SAFE_CAST') throw notUnderstood('SAFE_CAST AS TIMESTAMP');
  return `bq_timestamp(${value})`;
}

interface StructField {
  readonly name: string;
  readonly sql: string;
}

function fieldsOf(nodes: readonly Node[], scope: Scope): StructField[] {
  return split(nodes, ',').map((field) => {
    const as = clauseAt(field, 'AS');
    const value = as === -1 ? field : field.slice(0, as);
    const name = as === -1 ? field.at(-1) : field[as + 1];
    if (name === undefined || (name.kind !== 'word' && name.kind !== 'quoted'))
      throw notUnderstood('a field of a struct without a name');
    return { name: name.text, sql: scope.sql(value) };
  });
}

function structOf(nodes: readonly Node[], scope: Scope): string {
  return `struct_pack(${fieldsOf(nodes, scope)
    .map(({ name, sql }) => `${quote(name)} := ${sql}`)
    .join(', ')})`;
}

function jsonTextOf([value = [], ...more]: readonly Argument[], scope: Scope): string {
  if (more.length > 0) throw notUnderstood('TO_JSON_STRING with more than one argument');
  const [first, group] = value;
  if (!isKey(first, 'STRUCT') || group?.kind !== 'group') return jsonText(value, scope);
  const members = fieldsOf(group.nodes, scope).map(
    ({ name, sql }) => `${literal(`${JSON.stringify(name)}:`)} || bq_to_json_string(${sql})`,
  );
  return `('{' || ${members.join(` || ',' || `) || "''"} || '}')`;
}

/** Columns of known types spare DuckDB the choice among all types, which is slow to plan. */
function jsonText(value: Argument, scope: Scope): string {
  const sql = scope.sql(value);
  const field = scope.column(value);
  const isPlain = field?.type === 'STRING' || field?.type === 'BOOL';
  if (isPlain) return `coalesce(bq_json_text(CAST(to_json(${sql}) AS VARCHAR)), 'null')`;
  const isJson = field?.type === 'JSON' && field.mode !== 'REPEATED';
  if (isJson || givesJson(value)) return `coalesce(CAST(${sql} AS VARCHAR), 'null')`;
  return `bq_to_json_string(${sql})`;
}

/** Whether it is a call of such a function, or a subscript. */
function givesJson(value: Argument): boolean {
  const last = value.at(-1);
  if (last?.kind !== 'group') return false;
  return last.key === '['
    ? value.length > 1
    : value.length === 2 && isKey(value[0], 'JSON_REMOVE', 'PARSE_JSON');
}

const microseconds: Readonly<Record<string, number>> = {
  MICROSECOND: 1,
  MILLISECOND: 1_000,
  SECOND: 1_000_000,
  MINUTE: 60_000_000,
  HOUR: 3_600_000_000,
  DAY: 86_400_000_000,
};

function microsecondsOf(unit: Node | undefined): string {
  const factor = unit?.kind === 'word' ? microseconds[unit.key] : undefined;
  if (factor === undefined) throw notUnderstood('a unit of time other than MICROSECOND to DAY');
  return String(factor);
}

function moved(key: string, [instant = [], interval = []]: readonly Argument[], scope: Scope): string {
  if (!isKey(interval[0], 'INTERVAL')) throw notUnderstood(`${key} without INTERVAL`);
  const factor = microsecondsOf(interval.at(-1));
  const sign = key === 'TIMESTAMP_ADD' ? '+' : '-';
  return `(${scope.sql(instant)} ${sign} to_microseconds((${scope.sql(interval.slice(1, -1))}) * ${factor}))`;
}

function difference([later = [], earlier = [], unit = []]: readonly Argument[], scope: Scope): string {
  return `((epoch_us(${scope.sql(later)}) - epoch_us(${scope.sql(earlier)})) // ${microsecondsOf(unit[0])})`;
}
