import { KeywayError } from '../errors.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import type { Account } from '../source.ts';
import { readAccount } from './account.ts';
import type { ApiRequest } from './api-request.ts';
import type { Asker } from './ask.ts';
import { cleanKey } from './clean-key.ts';
import { inLine, type LineParts } from './in-line.ts';
import type { KeyDemands, KeyNeed } from './key-demands.ts';
import { isLimit } from './retry.ts';
import { readScopes } from './scopes.ts';
import { unmetNeeds } from './unmet-needs.ts';

/** What a key has proved. */
export interface KeyProof {
  readonly account: Account;
  /** Where HubSpot tells them. */
  readonly scopes?: readonly string[];
}

interface Judging extends LineParts {
  readonly asker: Asker;
}

/**
 * Whether a key is fit: HubSpot takes it, it belongs to the account, and it may read what is needed. Throws `key_refused`,
 * `account_mismatch` or `scope_missing`; and whatever kept HubSpot from answering, which says nothing about the key.
 */
export async function judgeKey(
  { asker, ...parts }: Judging,
  { key: given, demands }: { readonly key: string; readonly demands: KeyDemands },
  signal: AbortSignal,
): Promise<KeyProof> {
  const key = cleanKey(given);
  const ask = <T>(request: ApiRequest<T>): Promise<T> =>
    inLine(parts, request, {
      ask: () => asker.askApart(request, key, signal),
      // Whatever else goes wrong is for whoever has the key judged: others may go on with one that works.
      mayRetry: isLimit,
      waitsAgain: true,
      signal,
    });
  const { account } = await ask(readAccount);
  if (demands.portalId !== undefined) sameAccount(account.portalId, demands.portalId);
  const { needs } = demands;
  if (needs.length === 0) return { account };
  const scopes = await readScopes(ask);
  const unmet = await unmetNeeds(ask, { needs, scopes });
  if (unmet.length > 0) throw lacking(unmet);
  return scopes === undefined ? { account } : { account, scopes };
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
      `Add what is missing to the key in HubSpot under ${serviceKeyPlaces}.`,
    { details: { scopes, pipelines } },
  );
}
