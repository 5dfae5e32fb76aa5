import { completeUpTo } from '../checkpoint.ts';
import type { LinksCheckpoint } from '../links-checkpoint.ts';
import { addCalls, noCalls, type Calls } from '../cost.ts';
import type { AssociationsPipeline } from '../pipeline.ts';
import type { Pair } from '../source.ts';
import type { SyncContext } from './context.ts';
import { burst, outlineOf, summed, type EstimatedPart, type Outline, type Outlook } from './estimate.ts';
import { openLinkBudget, type LinkBudget } from './link-budget.ts';
import { otherOf, pairName, parentOf, unswept } from './pair-run.ts';
import { callsToSweep } from './sweep-links.ts';
import { pairsInTurn } from './sync-associations.ts';

/** How many records would be asked for their links, and how many links that would give, as far as the present ones tell. */
export async function estimateLinks(
  pipeline: AssociationsPipeline,
  context: SyncContext,
  outlooks: ReadonlyMap<string, Outlook>,
): Promise<Outline> {
  const { warehouse, settings, source } = context;
  const checkpoints = await warehouse.checkpoints();
  const budget = openLinkBudget(settings.linkCalls);
  const linked = await linkedPairs(pipeline, context);
  const parts: EstimatedPart[] = [];
  for (const pair of pairsInTurn(pipeline, context, checkpoints)) {
    const isKnown =
      outlooks.has(pair.from) || completeUpTo(checkpoints.get(pair.from)?.checkpoint) !== undefined;
    if (!isKnown) continue;
    const checkpoint = checkpoints.get(pairName(pair))?.checkpoint;
    const stored = checkpoint?.kind === 'links' ? checkpoint : undefined;
    const known = stored && settings.fullRefresh ? unswept(0, 0, stored) : stored;
    const asked = await askedFor({ context, pair, budget, now: source.now(), outlooks, linked }, known);
    const isNew = !checkpoints.has(pairName(pair));
    parts.push(partOf(pipeline, asked, { isFirst: linked.size === 0, isNew }));
  }
  const outline = outlineOf(pipeline.name, parts);
  return { ...outline, steps: summed(outline.steps) };
}

interface PairOutlook {
  readonly context: SyncContext;
  readonly pair: Pair;
  readonly budget: LinkBudget;
  readonly now: number;
  readonly outlooks: ReadonlyMap<string, Outlook>;
  /** Names of pairs that have links by now. */
  readonly linked: ReadonlySet<string>;
}

async function linkedPairs(
  { links }: AssociationsPipeline,
  { warehouse }: SyncContext,
): Promise<ReadonlySet<string>> {
  const ends = await warehouse.cells({ table: links.name, columns: ['from_type', 'to_type'] });
  return new Set(ends.map(([from = '', to = '']) => pairName({ from, to })));
}

interface Asked {
  readonly records: number;
  readonly calls: Calls;
}

async function askedFor(of: PairOutlook, known: LinksCheckpoint | undefined): Promise<Asked> {
  const { context, pair, now } = of;
  const types = burst(now - (known?.typesAt ?? 0) >= context.settings.reconcileEvery ? 1 : 0);
  const parent = await outlookOn(of, parentOf(pair, known ?? {}));
  const { linkIds } = context.source.limits;
  const ask = (records: number): Calls => ({ ...noCalls, associations: Math.ceil(records / linkIds) });
  const all = async (): Promise<Asked> => {
    // A sweep that finds nothing looks from the other end, until it finds something.
    const there = await outlookOn(of, otherOf(pair, known ?? {}));
    const isEmpty = !of.linked.has(pairName(pair)) && parent.rows > 0 && known?.reversed !== true;
    const look = ask(!isEmpty ? 0 : known?.swept === undefined ? Math.min(there.rows, linkIds) : there.rows);
    return { records: parent.rows, calls: addCalls(types, ask(parent.rows), look) };
  };
  if (known?.swept === undefined) return all();
  const { calls, whole } = await callsToSweep(of, known);
  const swept = Math.min(parent.rows, calls * linkIds);
  if (whole) return all();
  const { created } = known.reversed === true ? nothing : await outlookOn(of, otherOf(pair, known));
  // Newcomers are asked whom they are linked with, and these for all that they are linked with.
  const asked = [types, ask(swept), ask(parent.written), ask(created), ask(created)];
  return { records: swept + parent.written + created, calls: addCalls(...asked) };
}

const nothing: Outlook = { rows: 0, written: 0, created: 0, archived: 0 };

/** Of an object that this run leaves alone, its rows are as they are. */
async function outlookOn({ context, outlooks }: PairOutlook, table: string): Promise<Outlook> {
  const found = outlooks.get(table);
  if (found !== undefined) return found;
  const rows = (await context.warehouse.rowCounts([table])).get(table)?.rows ?? 0;
  return { ...nothing, rows };
}

function partOf(
  { links, types }: AssociationsPipeline,
  { records, calls }: Asked,
  { isFirst, isNew }: { readonly isFirst: boolean; readonly isNew: boolean },
): EstimatedPart {
  // Where nothing is there yet, many pairs turn out to have no links, and there is nothing to replace.
  const kind = isFirst ? 'upsert' : 'replace';
  return {
    calls,
    ...(isNew && { newCheckpoints: 1 }),
    step: { phase: 'associations', records },
    batches: {
      times: 1,
      writes: [
        ...(calls.burst > 0 ? [{ kind: 'replace', table: types, rows: 1, sample: [] } as const] : []),
        ...(records > 0 ? [{ kind, table: links, rows: records, sample: [] } as const] : []),
      ],
    },
    questions: { table: links.name, times: 5 },
  };
}
