import { isOrWas } from '../../former-column.ts';
import { syncedAt } from '../../table.ts';
import type { Write } from '../../warehouse.ts';
import { has, type StoredTable } from './catalog.ts';
import { isFilled } from './cells.ts';
import { columnName, identifier, identifierBytes } from './identifier.ts';
import { hasMember, objectOf, textWithout } from './json.ts';
import { bindArray } from './parameters.ts';
import type { Script, Step } from './step.ts';

export type Clearance = Extract<Write, { kind: 'clear' }>;

/** Empties some columns of some rows. */
export async function clear(script: Script, write: Clearance): Promise<readonly Step[]> {
  const stored = await script.stored(write.table.name);
  const sql = stored === undefined ? undefined : clearStatement(script, write, stored);
  if (sql === undefined) return [];
  return [{ sql, counts: ({ updated }) => ({ updated, unchanged: write.ids.length - updated }) }];
}

/** Nothing where there is nothing to empty. */
function clearStatement(
  { parameters, target }: Pick<Script, 'parameters' | 'target'>,
  { table, columns, ids }: Clearance,
  stored: StoredTable,
): string | undefined {
  const emptied = [...stored.columns]
    .filter(([name, { required }]) => !required && isAsked(columns, name))
    .map(([name, { type }]) => ({ name, type }));
  const properties = [...columns.values()];
  const extra = has(stored, '_extra') && properties.length > 0;
  const due = [
    ...emptied.map((column) => isFilled(column)),
    ...(extra ? [hasMember('t._extra', properties)] : []),
  ];
  if (due.length === 0) return undefined;
  const setting = [
    ...emptied.map(({ name }) => `${identifier(name)} = NULL`),
    ...(extra ? [`_extra = ${objectOf(textWithout('t._extra', properties))}`] : []),
    `${identifier(syncedAt)} = CURRENT_TIMESTAMP()`,
  ].join(', ');
  return `UPDATE ${target(table.name)} AS t SET ${setting} WHERE t.id IN UNNEST(${bindArray(parameters, 'INT64', ids)}) AND (${due.join(' OR ')})`;
}

function isAsked(columns: Clearance['columns'], stored: string): boolean {
  return [...columns.keys()].some((column) => isOrWas(columnName(column), stored, identifierBytes));
}
