import { KeywayError } from '../errors.ts';
import type { ApiRequest } from './api-request.ts';
import type { KeyNeed } from './key-demands.ts';
import { probeRequest } from './probe.ts';

/** Which needs a key cannot meet: by its scopes, or where HubSpot does not tell them, by trying. */
export async function unmetNeeds(
  ask: (request: ApiRequest<unknown>) => Promise<unknown>,
  { needs, scopes }: { readonly needs: readonly KeyNeed[]; readonly scopes: readonly string[] | undefined },
): Promise<readonly KeyNeed[]> {
  if (scopes !== undefined) return needs.filter((need) => !isGranted(need, scopes));
  const unmet: KeyNeed[] = [];
  for (const need of needs) if (!(await canRead(ask, need))) unmet.push(need);
  return unmet;
}

function isGranted({ anyOf }: KeyNeed, scopes: readonly string[]): boolean {
  return anyOf.length === 0 || anyOf.some((scope) => scopes.includes(scope));
}

/** What the key before cannot read either is no reason to refuse another one. */
export function stillMet(
  needs: readonly KeyNeed[],
  before: readonly string[] | undefined,
): readonly KeyNeed[] {
  return before === undefined ? needs : needs.filter((need) => isGranted(need, before));
}

/** What cannot be tried is taken to be readable: the real request is the authority. */
async function canRead(
  ask: (request: ApiRequest<unknown>) => Promise<unknown>,
  { object }: KeyNeed,
): Promise<boolean> {
  if (object === undefined) return true;
  try {
    await ask(probeRequest(object));
    return true;
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    return error.code !== 'scope_missing';
  }
}
