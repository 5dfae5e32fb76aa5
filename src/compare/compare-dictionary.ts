import type { Dictionaries, ObjectPipeline } from '../pipeline.ts';
import { words, type Both, type KeySource } from './both.ts';
import {
  compared,
  refusal,
  remark,
  several,
  unsettledRemark,
  type Comparison,
  type Remark,
} from './comparison.ts';
import { lasting, type Difference } from './lasting.ts';
import { shownItems, type Shown } from './shown.ts';

interface Dictionary {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** The entries of a small table, by their ids, and what is told of each. */
export async function compareDictionary(
  both: Both,
  { name, scopes }: Dictionary,
  read: DictionaryReader,
): Promise<Comparison> {
  const findings = await lasting(both, (source) => read(source, both.signal));
  if (findings.kind === 'refused') {
    const note = refusal(findings.refusals, { what: 'them', scopes });
    return {
      pipeline: name,
      verdict: note.weight === 'note' ? 'not comparable' : 'different',
      remarks: [note],
    };
  }
  const { differences, unsettled, seen } = findings;
  const remarks = [
    ...(['legacy', 'key', 'both'] as const).flatMap((seenBy) => unlike(differences, seenBy)),
    ...unsettledRemark(unsettled, 'Entries'),
  ];
  return compared(name, remarks, { seen });
}

type DictionaryReader = (source: KeySource, signal: AbortSignal) => Promise<Shown>;

/** How each is read. The definitions of properties are compared with the objects that have them. */
export function dictionaryReader(
  name: Exclude<keyof Dictionaries, 'properties'> | 'lists',
  objects: readonly ObjectPipeline[],
): DictionaryReader {
  return { ...readers, pipelines: stagesOf(objects) }[name];
}

const idOf = ({ id }: { readonly id: string }): string => id;

const readers: Readonly<
  Record<Exclude<keyof Dictionaries, 'properties' | 'pipelines'> | 'lists', DictionaryReader>
> = {
  account: async (source, signal) => shownItems([await source.account(signal)], ({ portalId }) => portalId),
  owners: async (source, signal) => shownItems(await source.owners(signal), idOf),
  teams: async (source, signal) => shownItems(await source.teams(signal), idOf),
  settings_users: async (source, signal) => shownItems(await source.settingsUsers(signal), idOf),
  roles: async (source, signal) => shownItems(await source.roles(signal), idOf),
  object_schemas: async (source, signal) => shownItems(await source.schemas(signal), ({ typeId }) => typeId),
  lists: async (source, signal) => shownItems((await source.lists(undefined, signal)).lists, idOf, ofMembers),
};

/** What HubSpot's index of lists says of their members is late, and of no list's own. */
const ofMembers = ['size', 'lastAddedAt', 'lastRemovedAt', 'processingStatus', 'updatedAt'];

function stagesOf(objects: readonly ObjectPipeline[]): DictionaryReader {
  return async (source, signal) => {
    const shown = new Map<string, ReadonlyMap<string, string>>();
    for (const { object, name } of objects.filter(({ staged }) => staged)) {
      const pipelines = shownItems(await source.stagePipelines(object, signal), idOf);
      for (const [id, fields] of pipelines) shown.set(`${name}/${id}`, fields);
    }
    return shown;
  };
}

function unlike(differences: readonly Difference[], seenBy: Difference['seenBy']): readonly Remark[] {
  const wholes = differences.filter(({ field }) => field === undefined && seenBy !== 'both');
  const ids = wholes.filter((each) => each.seenBy === seenBy).map(({ id }) => id);
  if (seenBy !== 'both') {
    if (ids.length === 0) return [];
    const text = `Only ${words[seenBy]} sees ${several(ids.length, 'entry', 'entries')}.`;
    return [remark('difference', 'entry', text, { seenBy, examples: ids })];
  }
  const parts = differences.filter(({ field }) => field !== undefined);
  if (parts.length === 0) return [];
  const unlikeIds = [...new Set(parts.map(({ id }) => id))];
  const fields = [...new Set(parts.map(({ field = '' }) => field))].join(', ');
  const text = `The keys are told different things of ${several(unlikeIds.length, 'entry', 'entries')} (${fields}).`;
  return [remark('difference', 'entry', text, { seenBy, examples: unlikeIds })];
}
