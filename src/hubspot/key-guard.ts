import { KeywayError } from '../errors.ts';

/** Keeps one source to one account: a key that was swapped while it is in use must belong to the same one. */
export interface KeyGuard {
  /** From now on, only this account. */
  bind(key: string, portalId: string): void;
  /** Resolves once the key is known to belong to the account; throws `account_mismatch`. */
  admit(key: string, portalOf: (key: string) => Promise<string>): Promise<void>;
}

export function openKeyGuard(): KeyGuard {
  let portal: string | undefined;
  const admitted = new Map<string, Promise<void>>();
  return {
    bind(key, portalId) {
      portal = portalId;
      admitted.set(key, Promise.resolve());
    },
    admit(key, portalOf) {
      if (portal === undefined) return Promise.resolve();
      const known = admitted.get(key);
      if (known !== undefined) return known;
      const check = portalOf(key).then((found) => sameAccount(found, portal));
      admitted.set(key, check);
      // What failed is asked again next time; it may have been the network.
      check.catch(() => admitted.delete(key));
      return check;
    },
  };
}

function sameAccount(found: string, bound: string | undefined): void {
  if (found === bound) return;
  throw new KeywayError(
    'account_mismatch',
    `The new key belongs to HubSpot account ${found}, but this run reads account ${bound}. Put a key of account ${bound} in its place.`,
    { details: { found, bound: bound ?? '' } },
  );
}
