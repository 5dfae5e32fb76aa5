import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inProcess } from '../simulation/in-process.ts';
import { openTurns } from '../simulation/turns.ts';
import { differences } from './compare.ts';
import { memoryEngine } from './memory-engine.ts';
import { openWorld, type Means, type World } from './sync-world.ts';
import type { Cells } from './tables.ts';

type Rows = readonly Cells[];

let world: World;

beforeAll(async () => {
  world = await openWorld(memoryEngine(), { contacts: 60, speed: 0 });
  const { sandbox } = world;
  const turns = openTurns(1, sandbox.clock);
  const means = (): Means => ({ clock: turns.clock, transport: inProcess(sandbox, turns) });
  const [first, second, third] = living('companies');
  await world.sync({ means: means() });
  sandbox.world.merge('companies', sandbox.world.merge('companies', first!, second!), third!);
  // Comes and goes between two looks, so that nothing but `merges` tells of it.
  const unseen = sandbox.world.create('companies', { name: 'Unseen' });
  sandbox.world.merge('companies', living('companies')[0]!, unseen);
  sandbox.clock.advance(7_200_000);
  await world.sync({ means: means() });
});

afterAll(() => world.close());

function living(object: string): readonly string[] {
  const records = [...world.sandbox.world.truth.records(object)];
  return records.filter(({ state }) => state === 'active').map(({ id }) => id);
}

/** What the comparison says when a table has other rows than it has. */
async function withOthers(table: string, change: (rows: Rows) => Rows): Promise<string> {
  const rows = async (name: string): Promise<Rows> => {
    const stored = await world.tables.rows(name);
    return name === table ? change(stored) : stored;
  };
  const found = await differences({ rows }, world.sandbox, { history: {} });
  return found.join('\n');
}

const twice = (rows: Rows): Rows => [...rows, rows[0]!];
const without =
  (fits: (row: Cells) => boolean) =>
  (rows: Rows): Rows => {
    const lost = rows.find(fits);
    return rows.filter((row) => row !== lost);
  };
const having =
  (cells: Cells, fits: (row: Cells) => boolean = () => true) =>
  (rows: Rows): Rows => {
    const changed = rows.find(fits);
    return rows.map((row) => (row === changed ? { ...row, ...cells } : row));
  };
const isMerged = (row: Cells): boolean => (row['_merged_into_id'] ?? null) !== null;

describe('a comparison with the truth', () => {
  it('finds nothing where nothing is wrong', async () => {
    expect(await withOthers('contacts', (rows) => rows)).toBe('');
  });

  it.each(
    'contacts associations association_types merges owners team_members pipeline_stages properties property_options lists list_memberships property_history account roles'.split(
      ' ',
    ),
  )('finds a row that is twice in %s', async (table) => {
    expect(await withOthers(table, twice)).toContain(`${table}: 1 rows too many for their keys`);
  });

  it.each<[string, string, (rows: Rows) => Rows, RegExp]>([
    [
      'a merge into another record',
      'companies',
      having({ _merged_into_id: '1' }, isMerged),
      /its row says 1/,
    ],
    ['a merge that nothing tells of', 'merges', (rows) => rows.slice(0, -1), /merges lead to nothing/],
    ['a merge that never was', 'merges', (rows) => [...rows, { ...rows[0], merged_id: '1' }], /it never did/],
    ['a history that is lost', 'property_history', () => [], /history of \w+: missing/],
    ['a value by another', 'property_history', having({ source_type: 'X' }), /is said to be by/],
    ['a user who set no value', 'property_history', having({ user_id: '1' }), /is said to be by/],
    ['an owner by another name', 'owners', having({ last_name: 'X' }), /owners: missing/],
    [
      'a stage in another place',
      'pipeline_stages',
      having({ display_order: '77' }),
      /pipeline_stages: missing/,
    ],
    [
      'a stage that closes nothing',
      'pipeline_stages',
      having({ is_closed: null }),
      /pipeline_stages: missing/,
    ],
    ['a kind of link that is lost', 'association_types', without(() => true), /association_types: missing/],
    ['a list of another size', 'lists', having({ size: '999' }), /lists: missing/],
    ['a property of another type', 'properties', having({ type: 'X' }), /properties of/],
    ['an option in another place', 'property_options', having({ display_order: '77' }), /options of/],
    ['another account', 'account', having({ portal_id: '1' }), /account: missing/],
    [
      'links that are stored from their other end',
      'associations',
      (rows) => [...rows, { ...rows[0], from_type: 'contacts', to_type: 'tickets', from_id: '1' }],
      /a pair that is not kept/,
    ],
  ])('finds something wrong: %s', async (_, table, change, sentence) => {
    expect(await withOthers(table, change)).toMatch(sentence);
  });
});
