import type { FaultBook } from '../faults.ts';
import { hash } from '../random.ts';
import type { RequestCounter } from '../request-log.ts';
import type { Violations } from '../violations.ts';
import { dispatch } from './dispatch.ts';
import type { Incoming, Outcome, Parts } from './dispatch.ts';
import { exportFile } from './exports.ts';
import { brokenBody, faultAnswer } from './fault-answers.ts';
import type { Sent } from './fault-answers.ts';
import { Refusal } from './refusal.ts';

export interface DoorParts extends Parts {
  readonly faults: FaultBook;
  readonly violations: Violations;
  readonly requests: RequestCounter;
  /** Called before each request is answered. */
  readonly onRequest: () => void;
}

/** Answers requests, whatever they come over. */
export type Door = (incoming: Incoming) => Sent;

export function openDoor(parts: DoorParts): Door {
  let served = 0;
  const refusedKeys = new Set<string>();
  return (incoming) => {
    parts.onRequest();
    served += 1;
    return serve({ ...parts, refusedKeys, serial: served }, incoming);
  };
}

interface Serving extends DoorParts {
  readonly refusedKeys: Set<string>;
  readonly serial: number;
}

function serve(parts: Serving, incoming: Incoming): Sent {
  const { method, path, query } = incoming;
  const url = query === '' ? path : `${path}?${query}`;
  const fault = parts.faults.strike(method, url);
  if (path.startsWith('/exports/') && fault?.kind !== 'hang') return fileOf(parts, path);
  const refused = fault === undefined ? undefined : faultAnswer(parts.state, fault, url);
  const outcome: Outcome = refused
    ? { result: refused, route: undefined, key: undefined }
    : dispatch({ ...parts, fault }, incoming);
  record(parts, incoming, outcome);
  const answer = answerOf(parts, outcome);
  return (fault && brokenBody(fault, answer.body)) ?? answer;
}

/** Counts the request and notes which rule it broke. */
function record(parts: Serving, incoming: Incoming, { result, route }: Outcome): void {
  const { method, path, authorization = '' } = incoming;
  const { status } = result;
  parts.requests.add({ method, route: route?.template ?? '(no route)', status, authorization });
  const note = { method, path, at: parts.state.now() };
  if (parts.refusedKeys.has(authorization))
    parts.violations.add({ ...note, rule: 'request after 401', message: 'this key was refused before' });
  if (!(result instanceof Refusal)) return;
  if (result.status === 401 && result.rule !== undefined) parts.refusedKeys.add(authorization);
  if (result.rule !== undefined)
    parts.violations.add({ ...note, rule: result.rule, message: result.message });
}

function answerOf(
  { state, usage, serial }: Serving,
  { result, route, key }: Outcome,
): Sent & { body: string } {
  const correlationId = uuid(state.options.seed, serial);
  const text = typeof result.body === 'string' ? result.body : undefined;
  const body =
    result instanceof Refusal && text === undefined
      ? { ...(result.body as object), correlationId }
      : result.body;
  const limits = route === undefined || key === undefined ? {} : usage.headers(route.limit, key.value);
  return {
    kind: 'answer',
    status: result.status,
    body: text ?? JSON.stringify(body),
    headers: {
      'Content-Type': text !== undefined ? 'text/html; charset=UTF-8' : 'application/json;charset=utf-8',
      Date: new Date(state.now()).toUTCString(),
      Server: 'cloudflare',
      Vary: 'origin, Accept-Encoding',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains; preload',
      'X-HubSpot-Correlation-Id': correlationId,
      ...limits,
      ...(result instanceof Refusal ? result.headers : {}),
    },
  };
}

function fileOf(parts: Serving, path: string): Sent {
  const file = exportFile(parts, path.slice('/exports/'.length));
  const answer = { kind: 'answer' } as const;
  if (file !== undefined)
    return { ...answer, status: 200, headers: { 'Content-Type': 'text/csv' }, body: file };
  return {
    ...answer,
    status: 403,
    headers: { 'Content-Type': 'application/xml' },
    body: '<Error><Code>AccessDenied</Code></Error>',
  };
}

function uuid(seed: number, serial: number): string {
  const hex = [1, 2, 3, 4].map((i) => hash(seed, serial, i).toString(16).padStart(8, '0')).join('');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
