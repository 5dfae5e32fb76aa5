import type { QueryAnswer } from '../warehouse/postgres/index.ts';
import { knownNames } from './select-pipelines.ts';

type Ask = (sql: string) => Promise<QueryAnswer>;

export interface ArrivedTable {
  readonly table: string;
  readonly rows: number;
  readonly columns: number;
  readonly comment: string;
}

/** Every table of the copy. */
export async function arrivedTables(ask: Ask): Promise<readonly ArrivedTable[]> {
  const { rows: tables } = await ask(
    `select c.relname, c.relnatts, coalesce(obj_description(c.oid, 'pg_class'), '')
       from pg_class c where c.relnamespace = 'hubspot'::regnamespace and c.relkind = 'r' order by c.relname`,
  );
  const counts = tables.map(
    ([table]) => `select '${table}' as table_name, count(*) as rows from hubspot.${table}`,
  );
  const { rows } = await ask(counts.join(' union all '));
  const rowsOf = new Map(rows.map(([table, count]) => [table, Number(count)]));
  return tables.map(([table, columns, comment]) => ({
    table: table ?? '',
    rows: rowsOf.get(table ?? '') ?? 0,
    columns: Number(columns),
    comment: comment ?? '',
  }));
}

/** Some open deals as an analyst would want to see them, with names instead of ids; those that fit 100 columns. */
export const dealsWithNames = `
  select * from (
    select split_part(d.dealname, ' – ', 2) as deal, c.name as company, d.amount, s.label as stage,
           o.first_name || ' ' || o.last_name as owner, d.closedate::date as closes
      from hubspot.deals d
      join hubspot.pipeline_stages s on s.object_type = 'deals' and s.pipeline_id = d.pipeline and s.id = d.dealstage
      join hubspot.owners o on o.id::text = d.hubspot_owner_id
      join hubspot.associations a on a.from_type = 'deals' and a.from_id = d.id and a.to_type = 'companies'
       and a.label = 'Primary'
      join hubspot.companies c on c.id = a.to_id
     where not d._archived and d._deleted_at is null and not s.is_closed
       and d.amount < 1000000 and d.closedate is not null
  ) as deals
  where length(deal) between 1 and 16 and length(company) < 19 and length(stage) < 23 and length(owner) < 14
  order by closes desc
  limit 5`;

/** How many rows of a table, written since an instant, are in the recycle bin or merged away. */
export interface Fate {
  readonly table: string;
  readonly archived: number;
  readonly merged: number;
}

export async function fatesOf(ask: Ask, since: number): Promise<readonly Fate[]> {
  const parts = knownNames.objects.map(
    (object) => `select '${object}', count(*) filter (where _archived and _deleted_at is null),
                        count(*) filter (where _merged_into_id is not null)
                   from hubspot.${object} where _synced_at >= to_timestamp(${since / 1000})`,
  );
  const { rows } = await ask(parts.join(' union all '));
  return rows.map(([table, archived, merged]) => ({
    table: table ?? '',
    archived: Number(archived),
    merged: Number(merged),
  }));
}

/** The stages that these deals are in now, by id. */
export async function stagesOf(ask: Ask, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const { rows } = await ask(
    `select d.id, s.label from hubspot.deals d
       join hubspot.pipeline_stages s on s.object_type = 'deals' and s.pipeline_id = d.pipeline and s.id = d.dealstage
      where d.id = any('{${ids.join(',')}}') and not d._archived and d._deleted_at is null`,
  );
  return new Map(rows.map(([id, label]) => [id ?? '', label ?? '']));
}
