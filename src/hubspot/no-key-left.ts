import { KeywayError } from '../errors.ts';
import type { Instant } from '../source.ts';
import { keysIn, type KeySlot, type SlotKey } from './key-slots.ts';

/** What is wrong with a key. */
export interface Finding extends SlotKey {
  readonly error: KeywayError;
  readonly since: Instant;
  /** Until then it is not judged again. */
  readonly until: Instant;
}

/** Why there is no key to go on with: what is wrong with each that stands in a slot, and with the one that was in use. */
export function noKeyLeft(
  slots: readonly KeySlot[],
  findings: ReadonlyMap<string, Finding>,
  lost: SlotKey | undefined,
): KeywayError {
  const present = [...(lost === undefined ? [] : [lost]), ...keysIn(slots)];
  const all = [...new Map(present.map((each) => [each.key, each])).values()];
  const found = all.flatMap(({ key }) => findings.get(key) ?? []);
  const [only] = found;
  if (only === undefined) return empty();
  if (slots.length === 1 && all.length === 1) return only.error;
  const isMismatch = found.every(({ error }) => error.code === 'account_mismatch');
  const begin = all.length === 1 ? '' : 'No Service Key is left to go on with. ';
  const reasons = all.map(({ slot, key }) => `${slot}: ${findings.get(key)?.error.message ?? replaced}`);
  return new KeywayError(isMismatch ? 'account_mismatch' : 'key_refused', `${begin}${reasons.join(' ')}`, {
    details: { slots: all.map(({ slot }) => slot) },
    cause: only.error,
  });
}

const replaced =
  'It was replaced by another one, and is not used again while that stands beside it. Take that out, and it is.';

function empty(): KeywayError {
  return new KeywayError('key_missing', 'No Service Key was given. Set HUBSPOT_SERVICE_KEY.');
}

type Belonging = readonly [slot: string, portalId: string];

/** Two slots that cannot both be meant. */
export function twoAccounts([slot, mine]: Belonging, [other, theirs]: Belonging): KeywayError {
  return new KeywayError(
    'account_mismatch',
    `The keys belong to two accounts: that in ${slot} to ${mine}, that in ${other} to ${theirs}. Take out the one that is not meant.`,
    { details: { found: theirs, bound: mine } },
  );
}
