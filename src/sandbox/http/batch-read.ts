import { hash } from '../random.ts';
import type { ObjectStore } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { storeOf } from './exchange.ts';
import { listField, queryFlag, textField, textList } from './input.ts';
import { recordJson, select, stamp } from './record-json.ts';
import { invalid } from './refusal.ts';
import { findByUnique, survivor } from './single-read.ts';

/** `POST /crm/objects/{version}/{objectType}/batch/read`: what is found, in no order, and one error for the rest. */
export function batchRead(exchange: Exchange): Answer {
  const { state, body, query } = exchange;
  const store = storeOf(exchange);
  const history = textList(body, 'propertiesWithHistory');
  const ids = inputIds(body, history.length > 0 ? 50 : 100);
  const selection = select(exchange, store, { properties: textList(body, 'properties'), history });
  const archived = queryFlag(query, 'archived');
  const idProperty = textField(body, 'idProperty');
  const found = new Set<number>();
  const missing: string[] = [];
  for (const id of ids) {
    const n = idProperty === undefined ? store.ids.find(id) : findByUnique(store, idProperty, id);
    const outcome = lookUp(state.options.unknowns.mergedInBatch, store, n, archived);
    if (typeof outcome === 'number') found.add(outcome);
    else if (outcome === 'missing') missing.push(id);
  }
  const results = shuffled(store, found).map((n) => recordJson(state, store, n, selection));
  return batchAnswer(exchange, results, missing.length === 0 ? [] : [missingError(store, missing)]);
}

type Outcome = number | 'missing' | 'absent';

/** What becomes of a merged-away id is not known of HubSpot. */
function lookUp(
  merged: 'resolve' | 'missing' | 'absent',
  store: ObjectStore,
  n: number | undefined,
  archived: boolean,
): Outcome {
  if (n === undefined || n >= store.count) return 'missing';
  if (archived) return store.isArchived(n) ? n : 'missing';
  if (store.isActive(n)) return n;
  if (store.fate(n).kind !== 'merged') return 'missing';
  const into = survivor(store, n);
  return merged === 'resolve' && into !== undefined ? into : merged === 'absent' ? 'absent' : 'missing';
}

function inputIds(body: unknown, max: number): string[] {
  const inputs = listField(body, 'inputs');
  if (inputs.length > max)
    throw invalid(
      `A batch may have at most ${String(max)} inputs, not ${String(inputs.length)}`,
      'too many inputs',
    );
  return inputs.map((input) => {
    const id = textField(input, 'id');
    if (id === undefined) throw invalid('Invalid input JSON: every input needs an id');
    return id;
  });
}

/** The answer of every batch endpoint: 207 as soon as one input went wrong. */
export function batchAnswer({ state }: Exchange, results: unknown[], errors: unknown[]): Answer {
  const at = stamp(state, state.now());
  const failed = errors.length > 0 ? { numErrors: errors.length, errors } : {};
  return {
    status: errors.length > 0 ? 207 : 200,
    body: { status: 'COMPLETE', results, ...failed, startedAt: at, completedAt: at },
  };
}

export function missingError(store: ObjectStore, ids: readonly string[]): unknown {
  const kind = store.definition.singular.toUpperCase();
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    message: `Could not get some ${kind} objects, they may be deleted or not exist. Check that ids are valid.`,
    context: { ids },
  };
}

/** The order of the answer has nothing to do with the order of the inputs. */
function shuffled(store: ObjectStore, found: ReadonlySet<number>): number[] {
  return [...found].sort((a, b) => hash(store.seed, a, 55) - hash(store.seed, b, 55));
}
