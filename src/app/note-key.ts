import { asKeywayError, KeywayError } from '../errors.ts';
import type { Hubspot, UsedKey } from '../hubspot/index.ts';
import type { RunCalls } from '../service-key.ts';
import type { Account } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';

/** The keys of a run, by what may be shown of them. */
export interface NotedKeys {
  /** Fingerprint of the key in use, or of the one that was used last. */
  inUse(): string;
  calls(): readonly RunCalls[];
  /** Resolves once the key in use is noted, whenever it has taken over. */
  noteAgain(): Promise<void>;
}

interface Noting {
  readonly parts: Pick<AppParts, 'log'>;
  readonly source: Hubspot;
  readonly warehouse: Warehouse;
  readonly account: Account;
}

/**
 * Notes in the warehouse which key is in use, and which ones are not any more; pins the account. A key that takes over is noted at
 * once: were the process killed, the next one would not know which of two keys has replaced the other.
 */
export async function noteKey(noting: Noting): Promise<NotedKeys> {
  const { source, warehouse } = noting;
  const secret = await warehouse.fingerprintSecret();
  if (secret === undefined) throw lost();
  let noted = await note(noting, secret, '');
  let writing = Promise.resolve();
  const noteAgain = (): Promise<void> => {
    const again = writing.then(async () => void (noted = await note(noting, secret, noted)));
    writing = again.catch(() => undefined);
    return again;
  };
  source.onTakeOver(() => {
    noteAgain().catch((error: unknown) =>
      noting.parts.log.warn({ reason: asKeywayError(error).message }, later),
    );
  });
  return {
    inUse: () => inUse(source)?.fingerprint(secret) ?? noted,
    calls: () =>
      source
        .keys()
        .flatMap((key) => key.calls.map((calls) => ({ ...calls, keyFingerprint: key.fingerprint(secret) }))),
    noteAgain,
  };
}

const later = 'the key that has taken over could not be noted; that is tried again at the end of this run';

async function note({ source, warehouse, account }: Noting, secret: string, noted: string): Promise<string> {
  const key = inUse(source);
  const fingerprint = key?.fingerprint(secret) ?? noted;
  if (key === undefined || fingerprint === noted) return noted;
  const passed = source.keys().filter(({ state }) => state === 'passed over');
  await warehouse.useKey({
    portalId: account.portalId,
    fingerprint,
    slot: key.slot,
    ...(key.scopes && { scopes: key.scopes }),
    passedOver: passed.map((each) => ({ slot: each.slot, fingerprint: each.fingerprint(secret) })),
  });
  return fingerprint;
}

function inUse(source: Hubspot): UsedKey | undefined {
  return source.keys().find(({ state }) => state === 'in use');
}

function lost(): KeywayError {
  return new KeywayError(
    'warehouse_refused',
    "Keyway's own table installation has lost its row, which nothing but Keyway may touch. Put it back from a backup, or give it any long random fingerprint_secret.",
  );
}
