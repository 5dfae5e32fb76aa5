import { literal } from './identifier.ts';

/** Whether a JSON object has one of these members; one whose value is null counts. */
export function hasMember(json: string, members: readonly string[]): string {
  const tests = members.map((member) => `${json}[${literal(member)}] IS NOT NULL`);
  return tests.length === 0 ? 'FALSE' : `COALESCE(${tests.join(' OR ')}, FALSE)`;
}

/** The object without these members, as a text; of nothing, that of an object without any. */
export function textWithout(json: string, members: readonly string[]): string {
  const paths = members.map((member) => literal(`$.${JSON.stringify(member)}`));
  const left = paths.length === 0 ? json : `JSON_REMOVE(${json}, ${paths.join(', ')})`;
  return `IF(${json} IS NULL, '{}', TO_JSON_STRING(${left}))`;
}

/** Two texts of objects that have no member in common, as one. */
export function joined(first: string, second: string): string {
  return `CASE WHEN ${second} = '{}' THEN ${first} WHEN ${first} = '{}' THEN ${second} ELSE CONCAT(SUBSTR(${first}, 1, LENGTH(${first}) - 1), ',', SUBSTR(${second}, 2)) END`;
}

/** The object of a text; nothing where it has no member. Numbers are rounded to what JSON in BigQuery holds. */
export function objectOf(text: string): string {
  return `IF(${text} = '{}', NULL, PARSE_JSON(${text}, wide_number_mode=>'round'))`;
}
