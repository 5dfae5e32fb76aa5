import type { RawAnswer } from '../../../src/hubspot/answer.ts';
import type { Transport } from '../../../src/hubspot/transport.ts';
import type { Instant } from '../../../src/source.ts';
import type { Broken } from './broken.ts';

export interface Requesting {
  /** HubSpot's clock. */
  readonly now: () => Instant;
  /** All that there ever were. */
  readonly keys: () => readonly string[];
  /** Whether a property of an object must not even be named. */
  readonly isSecret: (object: string, name: string) => boolean;
}

type Outgoing = Parameters<Transport['send']>[0];

/**
 * I10, I11, I12, I13, I17. At every request: it only reads; it has the key where it belongs and nowhere else; it names no
 * property that is not to be read; it waits as long as a refusal asks for; and it has not been answered alike again and again.
 */
export function watchRequests(
  { now, keys, isSecret }: Requesting,
  broken: Broken,
): (transport: Transport) => Transport {
  const notBefore = new Map<string, Instant>();
  const answered = new Map<string, number>();
  return (transport) => ({
    ...transport,
    async send(outgoing, signal) {
      const { method, path, search, body = '' } = outgoing;
      const bucket = bucketOf(path);
      if (method !== 'GET' && !reads.test(path)) broken(`${method} ${path} is no read`);
      const isAboutKey = path.endsWith('/access-token-info');
      if (!isAboutKey && keys().some((key) => `${path}${search}${body}`.includes(key)))
        broken(`${path} has a key beside its header`);
      const object = /^\/crm\/objects\/[^/]+\/([^/]+)/.exec(path)?.[1] ?? '';
      const secret = namesIn(search, body).find((name) => isSecret(object, name));
      if (secret !== undefined) broken(`${path} names ${secret}, which is not to be read`);
      const wait = (notBefore.get(bucket) ?? 0) - now();
      if (wait > 0) broken(`${method} ${path} came ${wait} ms before it was asked to`);
      const answer = await transport.send(outgoing, signal);
      if (answer.status === 429) notBefore.set(bucket, now() + waitOf(answer));
      // What fails is asked again by rules of its own.
      if (answer.status >= 400) return answer;
      const again = (answered.get(alike(outgoing, answer)) ?? 0) + 1;
      answered.set(alike(outgoing, answer), again);
      if (again === mostAlike(path) + 1) broken(`${method} ${path} was answered alike ${again} times`);
      return answer;
    },
  });
}

const reads = /\/(?:search|batch\/read|access-token-info)$/;

/** The properties that a request names, whatever it wants of them. */
function namesIn(search: string, body: string): readonly string[] {
  const query = new URLSearchParams(search);
  const listed = ['properties', 'propertiesWithHistory'].flatMap((each) => query.get(each)?.split(',') ?? []);
  const named: string[] = [];
  JSON.parse(body === '' ? '{}' : body, (key, value: unknown) => {
    if (key === 'propertyName' || key === 'idProperty') named.push(String(value));
    if (lists.has(key) && Array.isArray(value)) named.push(...value.map(String));
    return value;
  });
  return [...listed, ...named];
}

const lists = new Set(['properties', 'propertiesWithHistory', 'sorts']);

/** What a run asks on purpose more than once: definitions, for whatever needs them; counts, an unchanged bin. */
function mostAlike(path: string): number {
  return path.startsWith('/crm/properties/') ? 12 : 6;
}

function alike({ path, search, body = '' }: Outgoing, answer: RawAnswer): string {
  return `${path}${search}${body} ${answer.status} ${answer.body.length}`;
}

function bucketOf(path: string): string {
  return /\/objects\/.*\/(search)$|\/(associations)\/.*batch/.exec(path)?.slice(1).find(Boolean) ?? 'burst';
}

/** HubSpot docs, API usage guidelines and limits: a second for searches, ten for the rest; a day's end is no wait. */
function waitOf({ body }: RawAnswer): number {
  const text = body.toString();
  if (/daily/i.test(text)) return 0;
  return /ten_secondly/i.test(text) ? 10_000 : 1000;
}
