import type { BackfillRequest } from '../backfill.ts';
import type { BackfillCheckpoint, BackfillPhase } from '../checkpoint.ts';
import { backfilledRows } from './backfilled-rows.ts';
import { backfilledSpan } from './backfilled-span.ts';
import { backfilledIds } from './backfilled-ids.ts';
import { noFindings } from './findings.ts';
import { leftTheBin } from './left-the-bin.ts';
import { readRecords, type ObjectRun } from './object-run.ts';
import { nothing } from './portion.ts';
import type { StepItem } from './step-item.ts';
import { stillGone } from './still-gone.ts';
import { sweep } from './sweep.ts';

/** A piece of what a backfill has read. */
export interface BackfillPiece extends Pick<StepItem, 'portion' | 'write'> {
  /** Ids that neither HubSpot nor the table knows. */
  readonly unknown?: readonly string[];
  /** How far it is once all up to here is in. */
  readonly at?: BackfillPlace;
}

export type BackfillPlace = Pick<BackfillCheckpoint, 'phase' | 'position' | 'afterId'>;

/** What is left of a backfill, phase after phase. `stored`: how far it is; the end of a phase must be in before the next begins. */
export async function* backfillPieces(
  run: ObjectRun,
  request: BackfillRequest,
  stored: () => BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  const phases = phasesOf(request);
  for (const [i, phase] of phases.entries()) {
    if (stored().phase !== phase) continue;
    yield* piecesOf(run, request, stored());
    const next = phases[i + 1];
    if (next !== undefined) yield { portion: nothing, at: { phase: next } };
  }
}

/** Lists and searches show the living alone; what is not among them, each way looks for in its own places. */
function phasesOf({ span, ids, properties }: BackfillRequest): readonly BackfillPhase[] {
  if (ids !== undefined || properties !== undefined) return ['records', 'gone'];
  return span === undefined ? ['records', 'bin', 'gone'] : ['records', 'absent', 'archived', 'gone'];
}

function piecesOf(
  run: ObjectRun,
  request: BackfillRequest,
  state: BackfillCheckpoint,
): AsyncIterable<BackfillPiece> {
  const { phase, position, afterId, gone = [] } = state;
  const from = position === undefined ? {} : { position };
  switch (phase) {
    case 'records':
      if (request.properties !== undefined) return backfilledRows(run, request, state);
      if (request.ids !== undefined) return backfilledIds(run, request.ids, afterId);
      if (state.span !== undefined) return backfilledSpan(run, state.span, state);
      return placed(sweptWhole(run, state), phase);
    case 'bin':
      return placed(leftTheBin(run, readRecords(run, { kind: 'archived', ...from }), afterId), phase);
    case 'absent':
    case 'archived':
      return state.span === undefined ? none() : backfilledSpan(run, state.span, state);
    case 'gone':
      return stillGone(run, gone);
  }
}

/** The list is written as it is, calculated values included, and what it does not have is looked for. */
function sweptWhole(run: ObjectRun, { position, afterId }: BackfillCheckpoint): AsyncIterable<StepItem> {
  const scan = { kind: 'all', ...(position !== undefined && { position }) } as const;
  return sweep({ ...run, listed: true }, { scan, afterId, findings: noFindings() });
}

async function* placed(items: AsyncIterable<StepItem>, phase: BackfillPhase): AsyncIterable<BackfillPiece> {
  for await (const { page, ...piece } of items) {
    if (page === undefined || page.last) yield piece;
    else {
      const { position, afterId } = page;
      yield { ...piece, at: { phase, position, ...(afterId !== undefined && { afterId }) } };
    }
  }
}

async function* none(): AsyncIterable<BackfillPiece> {}
