import type { PlannedWrite } from '../cost.ts';
import type { RecordList } from '../dictionaries.ts';
import type { ListsPipeline } from '../pipeline.ts';
import type { SyncContext } from './context.ts';
import { dueLists } from './due-lists.ts';
import { burst, outlineOf, type Outline } from './estimate.ts';
import { knownLists } from './list-run.ts';
import { pagesOf } from './read-members.ts';
import { objectTypeOf } from './sync-lists.ts';

/** The lists whose members are due, by the sizes that HubSpot's own search tells. */
export async function estimateLists(pipeline: ListsPipeline, context: SyncContext): Promise<Outline> {
  const { source, warehouse, settings, signal } = context;
  const { checkpoint } = await warehouse.checkpoint(pipeline.name);
  const { lists } = await source.lists(undefined, signal);
  const run = {
    pipeline,
    context,
    now: source.now(),
    known: settings.fullRefresh ? new Map<string, never>() : await knownLists(pipeline, context),
    checkpoint: checkpoint?.kind === 'lists' ? checkpoint : ({ kind: 'lists' } as const),
  };
  const living = lists.map((list) => ({ ...list, objectType: objectTypeOf(run, list) }));
  const due = dueLists(run, living);
  const pages = due.reduce((sum, { size }) => sum + pagesOf(size), 0);
  const members = due.reduce((sum, { size }) => sum + Number(size ?? 0), 0);
  const calls = Math.min(pages, settings.listCalls);
  const records = pages === 0 ? 0 : Math.round((members * calls) / pages);
  const { rows } = warehouse.limits;
  return outlineOf(pipeline.name, [
    {
      step: { phase: 'dictionary', records: lists.length + records },
      calls: burst(Math.max(1, Math.ceil(lists.length / listsAPage)) + calls),
      batches: {
        times: Math.max(1, Math.ceil((lists.length + records) / rows)),
        writes: [
          { kind: 'upsert', table: pipeline.lists, rows: lists.length, sample: [] },
          ...due.slice(0, calls).map((list) => membersOf(pipeline, list)),
        ],
      },
      questions: { times: 4 },
      ...(checkpoint === undefined && { newCheckpoints: 1 }),
    },
  ]);
}

/** Members are replaced list by list. */
function membersOf({ memberships }: ListsPipeline, { size }: RecordList): PlannedWrite {
  return { kind: 'replace', table: memberships, rows: Number(size ?? 0), sample: [] };
}

/** Of 500, ten are on the page before, too. */
const listsAPage = 490;
