import { KeywayError } from '../errors.ts';
import type { Account } from '../source.ts';
import { readAccount } from './account.ts';
import type { Asker } from './ask.ts';
import { cleanKey } from './clean-key.ts';
import type { KeyDemands, KeyNeed } from './key-demands.ts';
import { probeRequest } from './probe.ts';
import { readScopes } from './scopes.ts';

/** What a key has proved. */
export interface KeyProof {
  readonly account: Account;
  /** Where HubSpot tells them. */
  readonly scopes?: readonly string[];
}

/**
 * Whether a key is fit: HubSpot takes it, it belongs to the account, and it may read what is needed. Throws `key_refused`,
 * `account_mismatch` or `scope_missing`; and whatever kept HubSpot from answering, which says nothing about the key.
 */
export async function judgeKey(
  asker: Asker,
  { key: given, demands }: { readonly key: string; readonly demands: KeyDemands },
  signal: AbortSignal,
): Promise<KeyProof> {
  const key = cleanKey(given);
  const { account } = await asker.ask(readAccount, key, signal);
  if (demands.portalId !== undefined) sameAccount(account.portalId, demands.portalId);
  const { needs } = demands;
  if (needs.length === 0) return { account };
  const scopes = await readScopes((request) => asker.ask(request, key, signal));
  const unmet: KeyNeed[] = [];
  for (const need of needs) {
    const isMet =
      scopes === undefined ? await canRead({ asker, key, signal }, need) : isGranted(need, scopes);
    if (!isMet) unmet.push(need);
  }
  if (unmet.length > 0) throw lacking(unmet);
  return scopes === undefined ? { account } : { account, scopes };
}

export function isGranted({ anyOf }: KeyNeed, scopes: readonly string[]): boolean {
  return anyOf.length === 0 || anyOf.some((scope) => scopes.includes(scope));
}

interface Asking {
  readonly asker: Asker;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** What cannot be tried is taken to be readable: the real request is the authority. */
async function canRead({ asker, key, signal }: Asking, { object }: KeyNeed): Promise<boolean> {
  if (object === undefined) return true;
  try {
    await asker.ask(probeRequest(object), key, signal);
    return true;
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    return error.code !== 'scope_missing';
  }
}

function sameAccount(found: string, bound: string): void {
  if (found === bound) return;
  throw new KeywayError(
    'account_mismatch',
    `It belongs to HubSpot account ${found}, but the one that is read is ${bound}. Put a key of account ${bound} in its place.`,
    { details: { found, bound } },
  );
}

function lacking(unmet: readonly KeyNeed[]): KeywayError {
  const scopes = [...new Set(unmet.map(({ anyOf }) => anyOf.join(' or ')))];
  const pipelines = [...new Set(unmet.map(({ pipeline }) => pipeline))];
  const need = pipelines.length === 1 ? 'needs' : 'need';
  return new KeywayError(
    'scope_missing',
    `It lacks the ${scopes.length === 1 ? 'scope' : 'scopes'} ${scopes.join(', ')}, which ${pipelines.join(', ')} ${need}. ` +
      'Add what is missing to the key in HubSpot under Development > Keys > Service keys.',
    { details: { scopes, pipelines } },
  );
}
