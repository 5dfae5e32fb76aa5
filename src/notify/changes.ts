import type { LoggedChange } from '../schema-change.ts';

/**
 * The changes for people, a sentence each; by the names of tables, columns and properties, without a word of what people have written into
 * HubSpot. Comments are none, and a column that follows from a property is told with it.
 */
export function changeLines(changes: readonly LoggedChange[]): readonly string[] {
  const ofProperties = new Set(
    changes.flatMap(({ property, table, column }) => (property === undefined ? [] : [`${table}.${column}`])),
  );
  return changes.flatMap((change) => {
    const follows = change.property === undefined && ofProperties.has(`${change.table}.${change.column}`);
    const sentence = sentences[change.kind];
    return follows || sentence === undefined ? [] : [sentence(change)];
  });
}

const sentences: Readonly<Record<string, (change: LoggedChange) => string>> = {
  create_table: ({ table }) => `${table}: a new table`,
  drop_table: ({ table }) => `${table}: the table was dropped by somebody, and is filled again`,
  add_column: (change) => `${place(change)}: a new column`,
  retype_column: ({ oldType = '?', newType = '?', ...change }) =>
    `${place(change)}: its type was ${oldType} and is ${newType}`,
  add_property: (change) => `${place(change)}: a new property`,
  relabel_property: (change) => `${place(change)}: has another label or description`,
  retype_property: ({ oldType, newType, ...change }) =>
    `${place(change)}: has another type${oldType === undefined ? '' : `: it was ${oldType} and is ${newType ?? '?'}`}`,
  change_options: (change) => `${place(change)}: has other options`,
  archive_property: (change) => `${place(change)}: was archived in HubSpot; its column stays`,
  restore_property: (change) => `${place(change)}: was restored`,
  delete_property: (change) => `${place(change)}: was deleted in HubSpot; its column stays`,
  recreate_property: (change) => `${place(change)}: was deleted and made anew under its name`,
  hide_property: (change) => `${place(change)}: is left out or hashed from now on, by the settings`,
  show_property: (change) => `${place(change)}: is not left out or hashed any more, by the settings`,
};

function place({ table, property, column }: LoggedChange): string {
  return `${table}.${property ?? column ?? '?'}`;
}
