import { pipelines } from '../../pipelines/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { stored } from './expected-cell.ts';
import { expectedHash, type TestRules } from './expected-treatment.ts';
import { silentRepeats } from './silent-repeats.ts';
import { treatedBy } from './treated-columns.ts';
import type { Cells, Tables } from './tables.ts';

type EntrySource = ReturnType<Sandbox['world']['truth']['history']>[number]['source'];

/** Names of properties by object. */
export type Tracked = Readonly<Record<string, readonly string[]>>;

interface Compared {
  readonly object: string;
  /** What is surely kept, if anything. */
  readonly tracked: Tracked | undefined;
  readonly rules: TestRules;
}

/**
 * Compares what is stored of properties' history with the sandbox's: every entry of each record that is there, nothing
 * else, who set it, no two at one instant, and the last one what the property is now. Nothing stays of what was deleted for
 * good. Nothing is said where no history is kept at all, unless it surely is.
 */
export async function compareHistory(
  tables: Tables,
  sandbox: Sandbox,
  { object, tracked, rules }: Compared,
): Promise<readonly string[]> {
  const all = await tables.rows('property_history');
  if (tracked === undefined && all.length === 0) return [];
  const rows = Map.groupBy(
    all.filter((row) => row['object_type'] === object),
    (row) => String(row['object_id']),
  );
  const { truth } = sandbox.world;
  const names = tracked?.[object] ?? usual(object);
  const treatments = new Map(
    treatedBy(rules, sandbox, object).map(({ spec, treatment }) => [spec.name, treatment]),
  );
  const isKept = (name: string): boolean => ['include', 'hash'].includes(treatments.get(name) ?? '');
  const kept = names.filter(isKept);
  const found = [...new Set(all.filter((row) => row['object_type'] === object).map((row) => row['property']))]
    .map(String)
    .filter((name) => treatments.has(name) && !isKept(name))
    .map((name) => `${object}: the history of ${name} ought not to be there`);
  for (const record of truth.records(object)) {
    const own = rows.get(record.id) ?? [];
    const end = survivorOf(sandbox, object, record.id);
    if (end.erased || end.gone === 'deleted') {
      if (own.length > 0) found.push(`${object} ${record.id}: deleted for good, but its history is there`);
      continue;
    }
    // It passes for one that was erased: ARCHITECTURE.md, Known gaps.
    if (isBlank(sandbox, object, record)) continue;
    const isThere = record.state === 'active' || record.state === 'archived';
    for (const name of kept) {
      const asKept = keeper(treatments.get(name), rules);
      const have = timeline(own.filter((row) => row['property'] === name));
      const silent = silentRepeats(sandbox, object, { id: record.id, property: name });
      const entries = truth
        .history(object, record.id, name)
        .filter(({ at }) => !silent.has(at) || have.some((moment) => moment.at === at))
        .map(({ at, value, source }) => ({ at, value: asKept(value), source: sourceCells(source) }));
      const value = asKept(record.properties[name] ?? '');
      found.push(
        ...compareTimeline(have, { entries, isThere, value, sandbox }).map(
          (sentence) => `${object} ${record.id}: history of ${name}: ${sentence}`,
        ),
      );
    }
  }
  return found;
}

type TrueRecord =
  ReturnType<Sandbox['world']['truth']['records']> extends Iterable<infer Each> ? Each : never;

/** A record in the bin that has no value but those that HubSpot gives every record. */
function isBlank({ world }: Sandbox, object: string, { state, properties }: TrueRecord): boolean {
  if (state !== 'archived') return false;
  const own = world.truth
    .properties(object)
    .filter(({ spec }) => spec.name === 'hs_merged_object_ids' || !(spec.system ?? spec.calculated));
  return own.every(({ spec }) => (properties[spec.name] ?? '') === '');
}

function keeper(treatment: string | undefined, { key = '' }: TestRules): (value: string) => string {
  return (value) => (treatment === 'hash' ? (expectedHash(key, value) ?? '') : stored(value));
}

function usual(object: string): readonly string[] {
  const pipeline = pipelines.find(({ name }) => name === object);
  return pipeline?.kind === 'object' ? (pipeline.history ?? []) : [];
}

function survivorOf({ world }: Sandbox, object: string, id: string) {
  let record = world.truth.record(object, id)!;
  while (record.mergedInto !== undefined) record = world.truth.record(object, record.mergedInto)!;
  return record;
}

interface Moment {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** As it is stored, so that moments sort as text. */
  readonly exact: string;
  readonly value: string;
  /** Who or what has set it. */
  readonly source: string;
}

function sourceCells({ sourceType, sourceId, sourceLabel, updatedByUserId }: EntrySource): string {
  const user = updatedByUserId === undefined ? null : String(updatedByUserId);
  return JSON.stringify([sourceType, sourceId ?? null, sourceLabel ?? null, user]);
}

function timeline(rows: readonly Cells[]): readonly Moment[] {
  return rows
    .map((row) => {
      const written = String(row['changed_at']).replace(' ', 'T').replace(/\+00$/, 'Z');
      const [, day = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(written) ?? [];
      const exact = `${day}.${fraction.padEnd(6, '0')}`;
      const source = JSON.stringify([
        row['source_type'],
        row['source_id'],
        row['source_label'],
        row['user_id'],
      ]);
      return { at: Date.parse(`${exact.slice(0, -3)}Z`), exact, value: String(row['value']), source };
    })
    .toSorted((a, b) => (a.exact < b.exact ? -1 : 1));
}

interface True {
  readonly entries: readonly Omit<Moment, 'exact'>[];
  readonly isThere: boolean;
  readonly value: string;
  readonly sandbox: Sandbox;
}

function compareTimeline(have: readonly Moment[], truth: True): readonly string[] {
  const { entries, isThere, value, sandbox } = truth;
  const { historyLength, historyOrder } = sandbox.options.unknowns;
  const nameOf = (moment: Pick<Moment, 'at' | 'value'>): string => `${moment.at} ${moment.value}`;
  const withSource = new Set(entries.map((entry) => nameOf(entry) + entry.source));
  const [stored_, true_] = [new Set(have.map(nameOf)), new Set(entries.map(nameOf))];
  const told = historyLength === 0 ? entries : entries.slice(-historyLength);
  const found: string[] = [];
  for (const moment of have) {
    if (!true_.has(nameOf(moment))) found.push(`left over: ${nameOf(moment)}`);
    else if (!withSource.has(nameOf(moment) + moment.source))
      found.push(`${nameOf(moment)} is said to be by ${moment.source}`);
  }
  if (new Set(have.map(({ exact }) => exact)).size < have.length) found.push('two values at one instant');
  if (!isThere) return found;
  for (const entry of told) if (!stored_.has(nameOf(entry))) found.push(`missing: ${nameOf(entry)}`);
  if (stored_.size < have.length) found.push('the same entry twice');
  if (entries.length > 0 && have.at(-1)?.value !== value) found.push('its last value is not the present one');
  // Of values of one millisecond, the last one counts; where entries have no order, HubSpot itself cannot tell.
  if (historyOrder === 'none') return found;
  for (const [at, group] of Map.groupBy(told, (entry) => entry.at)) {
    const last = group.at(-1)!.value;
    if (have.findLast((moment) => moment.at === at)?.value !== last)
      found.push(`${at} ends with another value`);
  }
  return found;
}
