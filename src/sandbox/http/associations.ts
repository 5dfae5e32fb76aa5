import type { ObjectStore } from '../world/index.ts';
import { batchAnswer } from './batch-read.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok, storeOf } from './exchange.ts';
import { listField, pageSize, textField } from './input.ts';
import { invalid, notFound } from './refusal.ts';

/** `POST /crm/associations/{version}/{from}/{to}/batch/read`: pages inside, one for each input. */
export function readAssociations(exchange: Exchange): Answer {
  const inputs = listField(exchange.body, 'inputs');
  if (inputs.length > 1000) throw invalid('A batch may have at most 1,000 inputs', 'too many inputs');
  const [from, to] = [storeOf(exchange, 'from'), storeOf(exchange, 'to')];
  const size = exchange.state.options.associationPageSize;
  const results: unknown[] = [];
  const errors: unknown[] = [];
  for (const input of inputs) {
    const id = textField(input, 'id');
    if (id === undefined) throw invalid('Invalid input JSON: every input needs an id');
    const page = targets(exchange, { id, after: textField(input, 'after'), size });
    if (page.to.length > 0) results.push({ from: { id }, ...page });
    else errors.push(noneFound(from, to, id));
  }
  return batchAnswer(exchange, results, errors);
}

/** `GET …/objects/{type}/{id}/associations/{to}`: the same for one record. */
export function recordAssociations(exchange: Exchange): Answer {
  const { query, params } = exchange;
  const id = params['id'] ?? '';
  const n = storeOf(exchange, 'from').ids.find(id);
  if (n === undefined || !storeOf(exchange, 'from').isActive(n)) throw notFound();
  const size = pageSize(exchange, query.get('limit'), { fallback: 500, max: 500 });
  const { to, paging } = targets(exchange, { id, after: query.get('after') ?? undefined, size });
  return ok({ results: to, ...(paging === undefined ? {} : { paging }) });
}

interface Wanted {
  readonly id: string;
  readonly after: string | undefined;
  readonly size: number;
}

interface Targets {
  readonly to: readonly unknown[];
  readonly paging?: unknown;
}

function targets(exchange: Exchange, { id, after, size }: Wanted): Targets {
  const { state, origin, path } = exchange;
  const [from, to] = [storeOf(exchange, 'from'), storeOf(exchange, 'to')];
  const n = from.ids.find(id);
  if (n === undefined || n >= from.count) return { to: [] };
  const start = startOf(after);
  const links = state.associations
    .of(from.definition.name, n, to.definition.name)
    .filter((link) => link.to >= start);
  const page = links.slice(0, size).map((link) => ({
    toObjectId: targetId(exchange, to.ids.idOf(link.to)),
    associationTypes: link.types,
  }));
  const next = links[size];
  if (next === undefined) return { to: page };
  const token = encodeURIComponent(Buffer.from(`0-${String(next.to)}`).toString('base64'));
  return { to: page, paging: { next: { after: token, link: `${origin}${path}?after=${token}` } } };
}

/** A JSON number even above 2^53: readers that make a floating-point number of it lose digits, as with HubSpot. */
function targetId({ state }: Exchange, id: string): unknown {
  return state.options.unknowns.toObjectId === 'string' ? id : rawNumber(id);
}

const { rawJSON } = JSON as unknown as { rawJSON: (text: string) => unknown };
const rawNumber = (digits: string): unknown => rawJSON(digits);

function startOf(after: string | undefined): number {
  if (after === undefined || after === '') return 0;
  const text = Buffer.from(after.replaceAll('%3D', '='), 'base64').toString();
  const n = /^0-(\d+)$/.exec(text)?.[1];
  if (n === undefined) throw invalid(`after is not a valid cursor: ${after}`);
  return Number(n);
}

function noneFound(from: ObjectStore, to: ObjectStore, id: string): unknown {
  const [source, target] = [from.definition.singular, to.definition.singular];
  return {
    status: 'error',
    category: 'OBJECT_NOT_FOUND',
    subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
    message: `No ${target} is associated with ${source} ${id}.`,
    context: { fromObjectId: [id], fromObjectType: [source], toObjectType: [target] },
  };
}

/** `GET …/associations/{version}/{from}/{to}/labels`. */
export function associationLabels({ state, params }: Exchange): Answer {
  return ok({ results: state.associations.types(params['from'] ?? '', params['to'] ?? '') });
}
