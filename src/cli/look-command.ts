import type { Settings } from '../app/index.ts';

/** How to look at the rows from a shell; without a password, which psql asks for or finds by itself. */
export function lookCommand({ schema }: Settings, warehouse: NonNullable<Settings['warehouse']>): string {
  const given = warehouse.reveal();
  const [, project] = /^bigquery:\/\/([^/]+)\//i.exec(given) ?? [];
  if (project !== undefined)
    return `bq query --use_legacy_sql=false 'select count(*) from \`${project}.${schema}.contacts\`'`;
  const url = new URL(given);
  url.password = '';
  url.searchParams.delete('password');
  return `psql '${url.href}' -c 'select count(*) from ${schema}.contacts'`;
}
