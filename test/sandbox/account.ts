import { onTestFinished } from 'vitest';
import { openSandbox } from '../../src/sandbox/index.ts';
import type { Sandbox, SandboxChoice } from '../../src/sandbox/index.ts';

/** What came back, read as JSON where it is JSON. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly body: Json;
}

/** At least a few, so that tests may look at the first ones. */
type Some<T> = [T, T, T, ...T[]];

type Entries = readonly { readonly value: string; readonly timestamp: string; readonly sourceType: string }[];

/** Every field that tests look at, in any answer: whether it is there is what the tests are about. */
export interface Json {
  readonly id: string;
  readonly name: string;
  readonly type: string;
  readonly status: string;
  readonly message: string;
  readonly category: string;
  readonly policyName: string;
  readonly groupName: string;
  readonly correlationId: string;
  readonly context: Readonly<Record<string, unknown>> & {
    readonly ids: string[];
    readonly requiredGranularScopes: string[];
  };
  readonly errors: Some<Json>;
  readonly results: Some<Json>;
  readonly paging: { readonly next: { readonly after: string; readonly link: string } };
  readonly numErrors: number;
  readonly total: number;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory: Readonly<Record<'firstname' | 'email' | 'dealstage', Entries>>;
  readonly associations: { readonly companies: Json; readonly contacts: Json } & Json[];
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly userId: number | null;
  readonly teams?: readonly unknown[];
  readonly url: string;
  readonly result: string;
  readonly options: readonly unknown[];
  readonly stages: Some<Json>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly from: Json;
  readonly to: Some<Json>;
  readonly toObjectId: number;
  readonly associationTypes: Some<Json>;
  readonly typeId: number;
  readonly label: string | null;
  readonly toObjectTypeId: string;
  readonly lists: Some<Json>;
  readonly list: Json;
  readonly listId: string;
  readonly recordId: string;
  readonly membershipTimestamp: string;
  readonly additionalProperties: Readonly<Record<string, string>>;
  readonly enablementByObjectTypeId: Readonly<Record<string, boolean>>;
  readonly hubspotDefinedObjectTypes: Some<Json>;
  readonly customObjectTypes: { readonly byObjectType: Some<Json> };
  readonly objectTypeId: string;
  readonly usage: number;
}

export interface Account {
  readonly sandbox: Sandbox;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly post: (path: string, body: unknown, headers?: Record<string, string>) => Promise<Reply>;
  readonly send: (method: string, path: string, headers?: Record<string, string>) => Promise<Reply>;
}

const huge = { burst: 1e9, search: 1e9, associations: 1e9, daily: 1e9 };

/** A running account with a clock that stands still and no limits in the way; it ends with the test. */
export async function openAccount(choice: SandboxChoice = {}): Promise<Account> {
  const sandbox = openSandbox({
    contacts: 300,
    speed: 0,
    indexLag: { min: 0, max: 0 },
    reorder: 0,
    ...choice,
    limits: { ...huge, ...choice.limits },
  });
  await sandbox.start();
  onTestFinished(() => sandbox.stop());
  const call = async (path: string, init: RequestInit, headers: Record<string, string>): Promise<Reply> => {
    const own = { Authorization: `Bearer ${sandbox.key}`, 'Content-Type': 'application/json', ...headers };
    const response = await fetch(sandbox.url + path, { ...init, headers: own });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : undefined,
    };
  };
  return {
    sandbox,
    get: (path, headers = {}) => call(path, {}, headers),
    post: (path, body, headers = {}) => call(path, { method: 'POST', body: JSON.stringify(body) }, headers),
    send: (method, path, headers = {}) =>
      call(path, { method, ...(method === 'GET' ? {} : { body: '{}' }) }, headers),
  };
}

export const objects = '/crm/objects/2026-09';

/** The ids of the records in a state, in id order. */
export function idsOf(sandbox: Sandbox, object: string, state = 'active'): string[] {
  return [...sandbox.world.truth.records(object)]
    .filter((record) => record.state === state)
    .map(({ id }) => id);
}

/** Every page of a list, one after the other. */
export async function listAll(account: Account, path: string): Promise<Json[]> {
  const results: Json[] = [];
  let after = '';
  do {
    const { body } = await account.get(`${path}${path.includes('?') ? '&' : '?'}limit=100${after}`);
    results.push(...body.results);
    after = body.paging === undefined ? '' : `&after=${body.paging.next.after}`;
  } while (after !== '');
  return results;
}
