import type { Sandbox } from '../sandbox/index.ts';
import type { QueryAnswer } from '../warehouse/postgres/index.ts';
import { knownNames } from './select-pipelines.ts';

/** The rows beside what the simulator knows to be true. */
export interface Comparison {
  /** Living records, all objects together. */
  readonly records: number;
  readonly missing: number;
  /** Rows that are older than their record. */
  readonly stale: number;
  /** Rows whose record is gone for good, but which are not marked so yet. */
  readonly surplus: number;
}

type Truth = Sandbox['world']['truth'];
type Ask = (sql: string) => Promise<QueryAnswer>;

export async function compareWithSandbox(truth: Truth, ask: Ask): Promise<Comparison> {
  let total: Comparison = { records: 0, missing: 0, stale: 0, surplus: 0 };
  for (const object of knownNames.objects) {
    const { rows } = await ask(
      `select id, (extract(epoch from _updated_at) * 1000)::bigint
         from hubspot.${object} where _deleted_at is null and not _archived`,
    );
    const stored = new Map(rows.map(([id, updatedAt]) => [String(id), Number(updatedAt)]));
    const one = compareObject(truth, object, stored);
    total = {
      records: total.records + one.records,
      missing: total.missing + one.missing,
      stale: total.stale + one.stale,
      surplus: total.surplus + one.surplus,
    };
  }
  return total;
}

function compareObject(truth: Truth, object: string, stored: ReadonlyMap<string, number>): Comparison {
  let [records, missing, stale] = [0, 0, 0];
  for (const { id, state, updatedAt } of truth.records(object)) {
    if (state !== 'active') continue;
    records += 1;
    const have = stored.get(id);
    if (have === undefined) missing += 1;
    else if (have < Date.parse(updatedAt)) stale += 1;
  }
  return { records, missing, stale, surplus: stored.size - (records - missing) };
}
