import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';
import type { Field } from './analysed-job.ts';

type Resource = bigquery.default.ITable & bigquery.default.IDataset;
type Kept = { -readonly [Key in keyof Resource]: Resource[Key] };

interface Answer {
  readonly status?: number;
  readonly body: object;
}

/** Datasets and tables as they were described by REST and by ALTER TABLE. */
export class KeptTables {
  /** By path below the project: `/datasets/d`, `/datasets/d/tables/t`. */
  readonly #kept = new Map<string, Kept>();

  answer(route: string, body: Buffer): Answer {
    const [method = '', path = ''] = route.split(' ');
    const given = (body.length === 0 ? {} : JSON.parse(body.toString())) as Kept;
    if (method === 'POST') return this.#insert(path, given);
    const kept = this.#kept.get(path);
    if (kept === undefined) return failure(404, 'notFound');
    if (method === 'DELETE') this.#kept.delete(path);
    else if (method === 'PATCH') Object.assign(kept, given);
    else if (method !== 'GET') throw new Error(`Nothing is known of ${route}`);
    return { body: kept };
  }

  /** Of the table with this path, such as project.dataset.table. */
  fields(path: string): readonly Field[] | undefined {
    return this.#at(path)?.schema?.fields;
  }

  /** Does what an ALTER TABLE says; nothing for other statements. */
  alter(sql: string): void {
    const [, path = '', actions = ''] = /^ALTER TABLE `([^`]+)` (.*)$/s.exec(sql) ?? [];
    const fields = this.#at(path)?.schema?.fields;
    if (fields === undefined) return;
    const named = (name: string): Field => fields.find((field) => field.name === name) ?? {};
    for (const [, from = '', to = ''] of actions.matchAll(/RENAME COLUMN `([^`]+)` TO `([^`]+)`/g))
      Object.assign(named(from), { name: to });
    for (const [, name = ''] of actions.matchAll(/ALTER COLUMN `([^`]+)` DROP NOT NULL/g))
      Object.assign(named(name), { mode: 'NULLABLE' });
    for (const [, name = '', array, type = '', text = ''] of actions.matchAll(addition)) {
      const description = text.replaceAll(/\\(.)/gs, (_, sign: string) => (sign === 'n' ? '\n' : sign));
      fields.push({ name, type, mode: array === undefined ? 'NULLABLE' : 'REPEATED', description });
    }
  }

  #at(path: string): Kept | undefined {
    const [, dataset, table] = path.split('.');
    return this.#kept.get(`/datasets/${dataset}/tables/${table}`);
  }

  #insert(path: string, given: Kept): Answer {
    const name = given.tableReference?.tableId ?? given.datasetReference?.datasetId ?? '';
    const at = `${path}/${name}`;
    if (this.#kept.has(at)) return failure(409, 'duplicate');
    this.#kept.set(at, { ...given, creationTime: '1', etag: 'x' });
    return { body: given };
  }
}

const addition =
  /ADD COLUMN IF NOT EXISTS `([^`]+)` (ARRAY<)?(\w+)>? OPTIONS\(description='((?:\\.|[^'\\])*)'\)/gs;

function failure(status: number, reason: string): Answer {
  return {
    status,
    body: { error: { code: status, message: reason, errors: [{ reason, message: reason }] } },
  };
}
