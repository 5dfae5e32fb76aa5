import { everyReadScope, type Sandbox, type SandboxChoice } from '../../src/sandbox/index.ts';
import { keyway, type Result } from '../cli/run-keyway.ts';
import type { Passing } from '../support/bending-proxy.ts';
import { hurried, withSandbox, type Environment } from './account.ts';

export interface Compared extends Result {
  /** The document, with --json. */
  readonly report: Report;
}

interface Report {
  readonly verdict: string;
  readonly exitCode: number;
  readonly error?: { readonly code: string };
  readonly account: { readonly portalId: string };
  readonly scopes: Readonly<
    Record<'legacy' | 'key' | 'onlyLegacy' | 'toTick' | 'notNeeded' | 'writing', string[]>
  >;
  readonly comparisons: readonly {
    readonly pipeline: string;
    readonly verdict: string;
    readonly sampled?: number;
    readonly remarks: readonly Record<string, unknown>[];
  }[];
  readonly next: readonly string[];
  readonly calls: {
    readonly legacy: number;
    readonly key: number;
    readonly planned: { readonly ifSame: number; readonly ifDifferent: number };
  };
}

export interface Account {
  readonly sandbox: Sandbox;
  readonly legacy: string;
  readonly key: string;
  readonly env: Environment;
}

const usual = 'owners,object_schemas,pipelines,properties,contacts,companies,deals,lists,associations';

/** An account with the token of a legacy private app, which may read all, and a Service Key. */
export async function withKeys(
  scopes: readonly string[] = everyReadScope,
  choice: SandboxChoice = {},
): Promise<Account> {
  const sandbox = await withSandbox(choice);
  const key = sandbox.world.keys.add(scopes);
  const env = {
    ...hurried,
    HUBSPOT_BASE_URL: sandbox.url,
    HUBSPOT_LEGACY_TOKEN: sandbox.key,
    HUBSPOT_SERVICE_KEY: key,
    KEYWAY_PIPELINES: usual,
  };
  return { sandbox, legacy: sandbox.key, key, env };
}

export async function compare(env: Environment, ...args: readonly string[]): Promise<Compared> {
  const result = await keyway(['keys', 'compare', '--json', ...args], { env });
  return { ...result, report: JSON.parse(result.stdout) as Report };
}

export function without(...scopes: readonly string[]): readonly string[] {
  return everyReadScope.filter((scope) => !scopes.includes(scope));
}

export function of({ report }: Compared, pipeline: string): Report['comparisons'][number] {
  return report.comparisons.find((each) => each.pipeline === pipeline)!;
}

export const isBatch = ({ path }: Passing, object: string): boolean =>
  new RegExp(`/objects/[\\d-]+/${object}/batch/read$`).test(path);
