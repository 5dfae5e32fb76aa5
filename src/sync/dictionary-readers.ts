import type { Checkpoint } from '../checkpoint.ts';
import { KeywayError } from '../errors.ts';
import type { Dictionaries, ObjectPipeline } from '../pipeline.ts';
import type { Instant, Owner } from '../source.ts';
import type { Scope } from '../scope.ts';
import type { Table } from '../table.ts';
import { tableNames } from '../transform/index.ts';
import type { SyncContext } from './context.ts';
import { archiveState, propertyPart } from './property-part.ts';
import { idleEverywhere, idleObjects } from './treated-properties.ts';

export type DictionaryName = keyof Dictionaries;

/** What was read of a dictionary. */
export interface Found<N extends DictionaryName> {
  readonly parts: readonly Part<Dictionaries[N]>[];
  /** What the key may not read: its rows stay as they are. */
  readonly outOfReach: readonly string[];
  /** Objects of which nothing was read. */
  readonly unread?: readonly string[];
  /** What the checkpoint is to remember. */
  readonly memory?: { readonly wholeAt: Instant } | { readonly archives: Instant };
}

export interface Part<Item> {
  readonly items: readonly Item[];
  /** Reads them anew; absent where what has vanished has been looked for already. */
  readonly again?: () => Promise<readonly Item[]>;
  /** The rows that the items replace: those of one object's, or all. */
  readonly objectType?: string;
  /** Where that depends on the table. */
  readonly scope?: (table: Table) => Scope;
  /** Nothing follows of what the items lack. */
  readonly adds?: true;
}

type Reader<N extends DictionaryName> = (
  context: SyncContext,
  stored: Checkpoint | undefined,
) => Promise<Found<N>>;

export function readDictionary<N extends DictionaryName>(
  name: N,
  context: SyncContext,
  stored: Checkpoint | undefined,
): Promise<Found<N>> {
  return readers[name](context, stored);
}

/** One reader per dictionary; the compiler sees to it that none is missing. */
const readers: { readonly [N in DictionaryName]: Reader<N> } = {
  account: ({ source, signal }) => whole(async () => [await source.account(signal)]),
  owners: ({ source, signal }) => whole(() => source.owners(signal)),
  teams: readTeams,
  settings_users: ({ source, signal }) => whole(() => source.settingsUsers(signal)),
  roles: ({ source, signal }) => whole(() => source.roles(signal)),
  object_schemas: (context) => whole(() => schemas(context)),
  pipelines: (context) =>
    perObject(
      context,
      (object) => object.staged,
      async (object) => {
        const read = async (): Promise<readonly Dictionaries['pipelines'][]> => {
          const found = await context.source.stagePipelines(object.object, context.signal);
          return found.map((item) => ({ ...item, objectType: object.name }));
        };
        return { items: await read(), again: read, objectType: object.name };
      },
    ),
  properties: async (context) => {
    const { isDue, readAt } = await archiveState(context, 'properties');
    const found = await perObject(
      context,
      () => true,
      (object) => propertyPart(context, object, isDue),
    );
    const read = { ...found, memory: { archives: readAt } };
    const { privacy } = context.settings;
    const objects = context.objects.map(({ name }) => name);
    for (const doubt of idleObjects(privacy, objects)) context.log.warn({}, doubt);
    if (found.outOfReach.length > 0) return read;
    const living = found.parts.flatMap(({ items }) => items.filter(({ archived }) => !archived));
    const names = living.map(({ name }) => name);
    for (const doubt of idleEverywhere(privacy, names)) context.log.warn({}, doubt);
    return read;
  },
};

async function whole<Item>(read: () => Promise<readonly Item[]>): Promise<{
  readonly parts: readonly Part<Item>[];
  readonly outOfReach: readonly string[];
}> {
  return { parts: [{ items: await read(), again: read }], outOfReach: [] };
}

async function perObject<Each>(
  context: SyncContext,
  wanted: (object: ObjectPipeline) => boolean,
  part: (object: ObjectPipeline) => Promise<Each>,
): Promise<{ parts: Each[]; outOfReach: string[]; unread: string[] }> {
  const parts: Each[] = [];
  const unread: string[] = [];
  const outOfReach: KeywayError[] = [];
  for (const object of context.objects.filter(wanted)) {
    // Its own pipeline says so.
    if (object.unavailable !== undefined) continue;
    try {
      parts.push(await part(object));
    } catch (error) {
      if (!isSkip(error)) throw error;
      outOfReach.push(error);
      unread.push(object.name);
    }
  }
  if (parts.length === 0 && outOfReach[0] !== undefined) throw outOfReach[0];
  return { parts, unread, outOfReach: [...new Set(outOfReach.map((error) => error.message))] };
}

/** From the settings, where the key may; else what owners tell. What the settings once told is not taken away by that. */
async function readTeams(context: SyncContext, stored: Checkpoint | undefined): Promise<Found<'teams'>> {
  const { source, signal } = context;
  try {
    const wholeAt = source.now();
    return { ...(await whole(() => source.teams(signal))), memory: { wholeAt } };
  } catch (error) {
    if (!isSkip(error)) throw error;
    const wholeAt = stored?.kind === 'snapshot' ? stored.wholeAt : undefined;
    const { parts } = await whole(async () => teamsOf(await source.owners(signal)));
    const reason = `Of teams, only those that owners are in are told of, with these as members: ${error.message}`;
    if (wholeAt === undefined) return { parts, outOfReach: [reason] };
    return {
      parts: parts.map((part) => ({ ...part, adds: true })),
      outOfReach: [reason],
      memory: { wholeAt },
    };
  }
}

function teamsOf(owners: readonly Owner[]): readonly Dictionaries['teams'][] {
  const teams = new Map<
    string,
    { id: string; name: string; userIds: string[]; secondaryUserIds: string[] }
  >();
  for (const owner of owners) {
    for (const { id, name, primary } of owner.teams) {
      const team = teams.get(id) ?? { id, name, userIds: [], secondaryUserIds: [] };
      teams.set(id, team);
      if (owner.userId !== null) team[primary ? 'userIds' : 'secondaryUserIds'].push(owner.userId);
    }
  }
  return [...teams.values()];
}

/** Archived ones, too: their tables stay, and keep their names. */
async function schemas(context: SyncContext): Promise<readonly Dictionaries['object_schemas'][]> {
  const { source, warehouse, objects, signal } = context;
  const found = await source.schemas(signal);
  const names = tableNames(found, { ...warehouse.limits, taken: [] });
  const stored = await warehouse.cells({ table: 'object_schemas', columns: ['type_id', 'object_type'] });
  const before = new Map(stored.map(([typeId = '', objectType = '']) => [typeId, objectType]));
  return found.map((schema) => {
    const { typeId, name } = schema;
    const object = objects.find((each) => each.typeId === typeId);
    return { ...schema, objectType: object?.name ?? before.get(typeId) ?? names.get(name) ?? typeId };
  });
}

function isSkip(error: unknown): error is KeywayError {
  return error instanceof KeywayError && error.verdict === 'skip';
}
