import type { Sandbox } from '../../../src/sandbox/index.ts';
import type { TestRules } from '../../support/expected-treatment.ts';
import { instantOf } from '../../support/instant-of.ts';
import type { Cells, Tables } from '../../support/tables.ts';

interface Watched {
  readonly sandbox: Sandbox;
  readonly tables: Tables;
}

interface Keeping {
  /** What is wrong since the last look. */
  look(rules: TestRules): Promise<readonly string[]>;
}

/**
 * What HubSpot gives no second time stays, from one look to the next: values of properties that are archived or gone, and of
 * columns whose type has changed, in rows whose records are not gone; and rows of what HubSpot has stopped listing. These
 * say when that was, by HubSpot's clock.
 */
export function openKeeping({ sandbox, tables }: Watched): Keeping {
  let lookedAt = sandbox.clock.now();
  let values: Values = new Map();
  let rows: Rows = new Map();
  return {
    async look(rules) {
      // Rules may take what is held, at any time.
      const held =
        rules.properties === undefined ? await formerValues(sandbox, tables) : new Map<string, never>();
      const stored = await storedRows(tables);
      const found = [
        ...lostValues(sandbox, values, held),
        ...lostRows(rows, stored),
        ...wrongTimes(rows, stored, { from: lookedAt, to: sandbox.clock.now() }),
      ];
      [values, rows, lookedAt] = [held, stored, sandbox.clock.now()];
      return found;
    },
  };
}

const objects = ['contacts', 'companies', 'deals', 'tickets'];

/** By object, column and what that is the column of, then by record. */
type Values = ReadonlyMap<string, ReadonlyMap<string, unknown>>;

async function formerValues(sandbox: Sandbox, tables: Tables): Promise<Values> {
  const dictionary = await tables.rows('properties');
  const found = new Map<string, ReadonlyMap<string, unknown>>();
  for (const object of objects) {
    const rows = await tables.rows(object);
    const own = dictionary.filter((row) => row['object_type'] === object);
    for (const [column, since] of formerColumns(sandbox, object, own, Object.keys(rows[0] ?? {}))) {
      const cells = rows.map((row) => [String(row['id']), row[column] ?? null] as const);
      found.set(JSON.stringify([object, column, since]), new Map(cells));
    }
  }
  return found;
}

/** With what tells one life of the column from another. */
function formerColumns(
  { world }: Sandbox,
  object: string,
  dictionary: readonly Cells[],
  columns: readonly string[],
): ReadonlyMap<string, unknown> {
  const living = new Set(world.truth.properties(object).map(({ spec }) => spec.name));
  const archived = new Map(
    world.truth.archivedProperties(object).map((each) => [each.spec.name, each.archivedAt]),
  );
  const columnOf = (row: Cells): string => String(row['column_name']);
  const used = new Set(dictionary.filter((row) => living.has(String(row['name']))).map(columnOf));
  const former = new Map<string, unknown>(
    columns.filter((column) => column.includes('__was_')).map((column) => [column, 'retyped']),
  );
  for (const row of dictionary) {
    if (!columns.includes(columnOf(row))) continue;
    former.set(columnOf(row), archived.get(String(row['name'])) ?? 'gone');
  }
  return new Map([...former].filter(([column]) => !used.has(column) && column !== '_extra'));
}

function lostValues({ world }: Sandbox, before: Values, now: Values): readonly string[] {
  const found: string[] = [];
  for (const [place, cells] of before) {
    const after = now.get(place);
    if (after === undefined) continue;
    const [object, column] = JSON.parse(place) as [string, string];
    for (const [id, cell] of cells) {
      if (cell === null || JSON.stringify(after.get(id)) === JSON.stringify(cell)) continue;
      let record = world.truth.record(object, id);
      while (record?.mergedInto !== undefined) record = world.truth.record(object, record.mergedInto);
      if (record === undefined || record.state === 'gone' || record.erased) continue;
      found.push(
        `${object} ${id}: ${column} was ${JSON.stringify(cell)}, which nothing gives any more, and is ${JSON.stringify(after.get(id))}`,
      );
    }
  }
  return found;
}

const keys: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(objects.map((object) => [object, ['id']])),
  owners: ['id'],
  settings_users: ['id'],
  object_schemas: ['object_type'],
  lists: ['id'],
  pipelines: ['object_type', 'id'],
  pipeline_stages: ['object_type', 'pipeline_id', 'id'],
  properties: ['object_type', 'name'],
};

/** When rows were closed, by table and key. */
type Rows = ReadonlyMap<string, number | undefined>;

async function storedRows(tables: Tables): Promise<Rows> {
  const found = new Map<string, number | undefined>();
  for (const [table, key] of Object.entries(keys)) {
    for (const row of await tables.rows(table)) {
      const name = `${table} ${key.map((column) => String(row[column])).join('/')}`;
      const closed = row['_deleted_at'] ?? null;
      found.set(name, closed === null ? undefined : instantOf(closed));
    }
  }
  return found;
}

function lostRows(before: Rows, now: Rows): readonly string[] {
  return [...before.keys()].filter((name) => !now.has(name)).map((name) => `${name}: its row vanished`);
}

/** HubSpot's clock, as its answers tell it, has no milliseconds. */
const oneSecond = 1000;

function wrongTimes(
  before: Rows,
  now: Rows,
  span: { readonly from: number; readonly to: number },
): readonly string[] {
  return [...now].flatMap(([name, closed]) => {
    if (closed === undefined || closed === before.get(name)) return [];
    if (closed >= span.from - oneSecond && closed <= span.to) return [];
    const said = new Date(closed).toISOString();
    return [
      `${name}: closed at ${said}, not between ${new Date(span.from).toISOString()} and ${new Date(span.to).toISOString()}`,
    ];
  });
}
