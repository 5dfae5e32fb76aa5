import { hash } from '../random.ts';
import { day } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok } from './exchange.ts';
import { field, textField } from './input.ts';
import { resolveObject } from './object-names.ts';
import { invalid, notFound, Refusal, unknownObject } from './refusal.ts';

/** Bulk exports: 30 in a rolling day, one running at a time, the rest wait in line. */
export interface Exports {
  start(now: number, job: ExportJob): string;
  find(id: string): Export | undefined;
  /** How far an export is at an instant. */
  status(one: Export, now: number): 'PENDING' | 'PROCESSING' | 'COMPLETE';
  /** Remembers an address that was handed out. */
  hand(one: Export, now: number): string;
  /** The export behind an address that has not expired. */
  open(token: string, now: number): Export | undefined;
}

interface ExportJob {
  readonly object: string;
  readonly properties: readonly string[];
  readonly name: string;
}

interface Export extends ExportJob {
  readonly id: string;
  readonly createdAt: number;
  readonly beginsAt: number;
  readonly endsAt: number;
}

const waiting = 2000;
const running = 10_000;
const addressLife = 300_000;

export function openExports(): Exports {
  const all = new Map<string, Export>();
  const addresses = new Map<string, { readonly one: Export; readonly until: number }>();
  return {
    start(now, job) {
      const recent = [...all.values()].filter(({ createdAt }) => createdAt > now - day);
      if (recent.length >= 30) throw tooMany();
      const beginsAt = Math.max(now + waiting, ...[...all.values()].map(({ endsAt }) => endsAt));
      const id = String(50_000_000 + all.size);
      all.set(id, { ...job, id, createdAt: now, beginsAt, endsAt: beginsAt + running });
      return id;
    },
    find: (id) => all.get(id),
    status: (one, now) => (now < one.beginsAt ? 'PENDING' : now < one.endsAt ? 'PROCESSING' : 'COMPLETE'),
    hand(one, now) {
      const token = hash(Number(one.id), addresses.size, 9).toString(16);
      addresses.set(token, { one, until: now + addressLife });
      return token;
    },
    open(token, now) {
      const address = addresses.get(token);
      return address !== undefined && now < address.until ? address.one : undefined;
    },
  };
}

function tooMany(): Refusal {
  const message = 'You have reached the limit of 30 exports in 24 hours.';
  return new Refusal(429, { status: 'error', message, category: 'RATE_LIMITS' }, { rule: 'exports limit' });
}

export function startExport({ state, body, exports }: Exchange): Answer {
  const type = textField(body, 'objectType') ?? '';
  const object = resolveObject(type.toLowerCase(), state.options.portalId);
  if (object === undefined) throw unknownObject(type);
  const properties = field(body, 'objectProperties');
  if (!Array.isArray(properties) || properties.length === 0)
    throw invalid('objectProperties must name properties');
  const name = textField(body, 'exportName') ?? 'export';
  return {
    status: 202,
    body: {
      id: exports.start(state.now(), { object: object.name, properties: properties.map(String), name }),
    },
  };
}

export function exportStatus(exchange: Exchange): Answer {
  const { state, exports, origin } = exchange;
  const one = exportOf(exchange);
  const now = state.now();
  const status = exports.status(one, now);
  const at = new Date(now).toISOString();
  const dates = {
    requestedAt: new Date(one.createdAt).toISOString(),
    startedAt: new Date(one.beginsAt).toISOString(),
    completedAt: at,
  };
  const result = status === 'COMPLETE' ? { result: `${origin}/exports/${exports.hand(one, now)}` } : {};
  return ok({ status, ...result, ...dates });
}

export function oneExport(exchange: Exchange): Answer {
  const { state, exports } = exchange;
  const one = exportOf(exchange);
  const exportState = { PENDING: 'ENQUEUED', PROCESSING: 'PROCESSING', COMPLETE: 'DONE' }[
    exports.status(one, state.now())
  ];
  return ok({
    id: one.id,
    exportName: one.name,
    exportState,
    exportType: 'VIEW',
    objectType: state.store(one.object).definition.singular.toUpperCase(),
    objectProperties: one.properties,
    recordCount: exportState === 'DONE' ? rowsOf(exchange, one).length : 0,
    createdAt: new Date(one.createdAt).toISOString(),
    updatedAt: new Date(Math.min(state.now(), one.endsAt)).toISOString(),
  });
}

function exportOf({ exports, params }: Exchange): Export {
  const one = exports.find(params['id'] ?? '');
  if (one === undefined) throw notFound();
  return one;
}

function rowsOf({ state }: Pick<Exchange, 'state'>, { object }: Export): number[] {
  const store = state.store(object);
  return Array.from({ length: store.count }, (_, n) => n).filter((n) => store.isActive(n));
}

/** The file behind a handed-out address: no key is needed, so it is a secret. */
export function exportFile(exchange: Pick<Exchange, 'state' | 'exports'>, token: string): string | undefined {
  const { state, exports } = exchange;
  const one = exports.open(token, state.now());
  if (one === undefined) return undefined;
  const store = state.store(one.object);
  const columns = one.properties.flatMap((name) => store.schema.live().get(name) ?? []);
  const lines = rowsOf(exchange, one).map((n) => {
    const view = store.view(n);
    return [store.ids.idOf(n), ...columns.map((column) => store.value(view, column) ?? '')];
  });
  return [['Record ID', ...columns.map(({ spec }) => spec.name)], ...lines]
    .map((line) => `${line.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\r\n`)
    .join('');
}
