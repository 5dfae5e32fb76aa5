import { gzipSync } from 'node:zlib';
import type { Fault, FaultKind } from '../faults.ts';
import type { State } from '../world/index.ts';
import { limited } from './rate-limits.ts';
import { Refusal } from './refusal.ts';
import { missingScope } from './scopes.ts';

/** A fault that is an answer of HubSpot or of its edge. */
export function faultAnswer(state: State, fault: Fault, url: string): Refusal | undefined {
  const { kind, retryAfter } = fault;
  if (kind.startsWith('redirect ')) return redirect(Number(kind.slice(-3)), `${elsewhere(fault)}${url}`);
  const answer = answers[kind]?.(state);
  if (answer === undefined) return undefined;
  const seconds = retryAfter ?? (kind === 'migration 477' ? 3600 : undefined);
  const headers = { ...answer.headers, ...(seconds === undefined ? {} : { 'Retry-After': String(seconds) }) };
  return new Refusal(answer.status, answer.body, { headers });
}

/** Another host, for what leads away from the account. */
export function elsewhere({ elsewhere = 'https://elsewhere.invalid' }: Fault): string {
  return elsewhere;
}

const redirect = (status: number, location: string): Refusal =>
  new Refusal(status, '<html><body>Moved</body></html>', { headers: { Location: location } });

const json = (status: number, message: string, more: Record<string, unknown> = {}): Refusal =>
  new Refusal(status, { status: 'error', message, ...more });
const html = (status: number): Refusal =>
  new Refusal(
    status,
    `<!DOCTYPE html><html><head><title>${String(status)}</title></head><body>cloudflare</body></html>`,
  );

const answers: Partial<Record<FaultKind, (state: State) => Refusal>> = {
  'invalid 400': () => json(400, 'Invalid input JSON.', { category: 'VALIDATION_ERROR' }),
  'locked 423': () =>
    json(423, 'The resource is locked. Please wait at least 2 seconds.', { category: 'LOCKED' }),
  'burst 429': (state) => limited(state.options, 'burst'),
  'search 429': (state) => limited(state.options, 'search'),
  'search 429 with policy': () =>
    json(429, 'You have reached your secondly limit.', { errorType: 'RATE_LIMIT', policyName: 'SECONDLY' }),
  'daily 429': (state) => limited(state.options, 'daily'),
  'migration 477': () =>
    json(477, 'This account is being moved between data centers.', { category: 'MIGRATION_IN_PROGRESS' }),
  'error 500': () => json(500, 'internal error'),
  'html 502': () => html(502),
  'html 503': () => html(503),
  'html 504': () => html(504),
  'edge 521': () => html(521),
  'edge 523': () => html(523),
  'edge 524': () => html(524),
  'edge 530': () => html(530),
  'html 200': () => html(200),
  'unauthorized 401': () =>
    json(401, 'Authentication credentials not found.', { category: 'INVALID_AUTHENTICATION' }),
  'unauthorized 401 api key': () =>
    json(
      401,
      'The API key provided is invalid. View or manage your API key here: https://app.hubspot.com/l/api-key/',
      {
        category: 'INVALID_AUTHENTICATION',
        links: { 'api key': 'https://app.hubspot.com/l/api-key/' },
      },
    ),
  'forbidden 403': (state) => missingScope(state, ['crm.objects.contacts.read']),
  'forbidden 403 text': () =>
    new Refusal(403, "This app hasn't been granted all required scopes to make this call."),
  'forbidden 403 workflows': () =>
    json(
      403,
      'Access denied. Flow must be accessible via external APIs and contain no sensitive properties.',
      {
        category: 'FlowApiError.FLOW_ACCESS_DENIED',
      },
    ),
  'forbidden 403 plan': () => json(403, 'This portal does not have access to this feature.'),
  'forbidden 403 page': () => html(403),
};

/** What comes over a connection: an answer with its headers, or something else. */
export type Sent =
  | {
      readonly kind: 'answer' | 'drip';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string | Buffer;
    }
  /** The connection ends. */
  | { readonly kind: 'cut' }
  /** Silence. */
  | { readonly kind: 'nothing' };

/** Faults of the connection, which the answer itself knows nothing of; nothing for all others. `text` is what would have come. */
export function brokenBody({ kind, draw }: Fault, text: string): Sent | undefined {
  const answer = { kind: 'answer', status: 200 } as const;
  const headers = { 'Content-Type': 'application/json;charset=utf-8' };
  const packed = { ...headers, 'Content-Encoding': 'gzip' };
  switch (kind) {
    case 'hang':
      return { kind: 'nothing' };
    case 'reset':
      return { kind: 'cut' };
    case 'truncated json':
      return { ...answer, headers, body: text.slice(0, Math.max(1, Math.floor(text.length / 2))) };
    case 'truncated gzip': {
      const whole = gzipSync(text);
      return { ...answer, headers: packed, body: whole.subarray(0, Math.floor(whole.length / 2)) };
    }
    case 'bit flip gzip':
      return { ...answer, headers: packed, body: withFlippedBit(gzipSync(text), draw) };
    case 'slow body':
      return { ...answer, kind: 'drip', headers, body: text };
    default:
      return undefined;
  }
}

/** Anywhere behind the header of ten bytes: there, a wrong bit may mean nothing. */
function withFlippedBit(packed: Buffer, draw: number): Buffer {
  const at = 10 + (draw % (packed.length - 10));
  packed.writeUInt8(packed.readUInt8(at) ^ (1 << (draw % 8)), at);
  return packed;
}
