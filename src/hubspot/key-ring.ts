import { asKeywayError, type ErrorCode, type KeywayError } from '../errors.ts';
import type { Clock, Log } from '../service.ts';
import type { Instant } from '../source.ts';
import type { KeyProof } from './judge-key.ts';
import { onlyOnce, type KeyDemands, type KeyNeed } from './key-demands.ts';
import { keysIn, type KeySlot, type SlotKey } from './key-slots.ts';
import { noKeyLeft, twoAccounts, type Finding } from './no-key-left.ts';
import { stillMet } from './unmet-needs.ts';

export interface KeyRingParts {
  /** Of two new keys, that of the first slot goes before the other. */
  readonly slots: readonly KeySlot[];
  /** What earlier runs know of a key: a replaced one is used only where all are. */
  readonly standing: (key: string) => KeyStanding;
  /** Throws what is wrong with a key. */
  readonly judge: (key: string, demands: KeyDemands) => Promise<KeyProof>;
  readonly clock: Clock;
  readonly log: Log;
  /** How long a run that has lost its key waits for another one to come into a slot that changes, in milliseconds. */
  readonly patience: number;
  /** Ends all waiting. */
  readonly closed: AbortSignal;
}

export type KeyStanding = 'new' | 'used' | 'replaced';

export interface KeyInUse extends SlotKey, Partial<KeyProof> {}

export interface KnownKey extends KeyInUse {
  /** `passed over`: another one goes before it, or has replaced it · `unfit`: it may not be used for now. */
  readonly state: 'in use' | 'passed over' | 'unfit';
}

/**
 * Which key is used. A new one takes over once it has proved itself, and the one before is then not used any more; one that
 * HubSpot refuses is given up, and nothing is asked with it for an hour.
 */
export class KeyRing {
  readonly #parts: KeyRingParts;
  readonly #findings = new Map<string, Finding>();
  readonly #passedOver = new Set<string>();
  readonly #known = new Map<string, KeyInUse>();
  #inUse: KeyInUse | undefined;
  /** The one that was in use until HubSpot refused it. */
  #lost: KeyInUse | undefined;
  #demands: KeyDemands = { needs: [] };
  /** For another key, since that one was lost, in milliseconds. */
  #waited = 0;
  /** From then on a lesser key would make what is read silently less. */
  #isReading = false;
  #lookedAt = -Infinity;
  #turning: Promise<void> | undefined;
  #onTakeOver: () => void = () => undefined;
  /** What is being asked. */
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(parts: KeyRingParts) {
    this.#parts = parts;
  }

  /** Asks with the key in use, at once; nothing where another one is to be found first: see `current`. */
  run<T>(ask: (key: string) => Promise<T>): Promise<T> | undefined {
    const ready = this.#ready();
    if (ready === undefined) return undefined;
    const asking = ask(ready.key).finally(() => this.#underWay.delete(asking));
    this.#underWay.add(asking);
    return asking;
  }

  /** For the next request. Throws `key_refused` or `account_mismatch` when there is no key left to go on with. */
  async current(): Promise<KeyInUse> {
    const ready = this.#ready();
    if (ready !== undefined) return ready;
    await this.#turned();
    return this.#inUse ?? this.current();
  }

  /** HubSpot has refused this key. */
  refuse(key: string, refusal: KeywayError): void {
    if (this.#inUse?.key !== key) return;
    this.#find(this.#inUse, refusal, hour);
    [this.#lost, this.#inUse, this.#waited] = [this.#inUse, undefined, 0];
    // Scopes may have been added to another one, and trouble be over: now it has to be known.
    for (const { key: other, error } of this.#findings.values())
      if (againAfter[error.code] !== hour) this.#findings.delete(other);
  }

  /** What was found out about this key. Once its account is known, only this account is read. */
  learn(key: string, proof: Partial<KeyProof>): void {
    if (this.#inUse?.key !== key) return;
    this.#inUse = { ...this.#inUse, ...proof };
    this.#known.set(key, this.#inUse);
    this.#demands = { ...this.#demands, ...portalOf(this.#demands, this.#inUse) };
  }

  /** A run begins. Which key it uses is settled anew: what a key may read may have changed, and so may what is known of it. */
  begin(): void {
    this.#isReading = false;
    this.#onTakeOver = () => undefined;
    this.#passedOver.clear();
    if (this.#inUse !== undefined) [this.#lost, this.#inUse] = [this.#inUse, undefined];
  }

  /** What a key has to prove from now on; that in use, too, where there is another one. */
  async demand(wanted: KeyDemands): Promise<KeyInUse> {
    const isProved = this.#inUse === undefined && wanted.portalId !== undefined;
    this.#demands = wanted;
    const first = await this.current();
    this.#demands = { needs: wanted.needs, ...portalOf(wanted, first) };
    const others = keysIn(this.#parts.slots).filter(
      ({ key }) => key !== first.key && !this.#findings.has(key),
    );
    if (others.length > 0 && !isProved) {
      if (wanted.portalId === undefined) await this.#sameAccount(first, others);
      this.#inUse = undefined;
      this.#passedOver.clear();
      await this.#turned();
    }
    const chosen = await this.current();
    this.#isReading = true;
    return chosen;
  }

  /** What another key has to be able to read, too, before it takes over. */
  require(needs: readonly KeyNeed[]): void {
    this.#demands = { ...this.#demands, needs: onlyOnce([...this.#demands.needs, ...needs]) };
  }

  /** Calls this one listener whenever another key has come into use. */
  onTakeOver(listener: () => void): void {
    this.#onTakeOver = listener;
  }

  /** Those that stand in a slot, and those that were tried. */
  known(): readonly KnownKey[] {
    const present = keysIn(this.#parts.slots).map((each) => [each.key, each] as const);
    return [...new Map<string, KeyInUse>([...present, ...this.#known]).values()].map((each) => {
      const isUnfit = this.#findings.has(each.key) && !this.#passedOver.has(each.key);
      const state = isUnfit ? 'unfit' : 'passed over';
      return { ...each, state: each.key === this.#inUse?.key ? 'in use' : state };
    });
  }

  #ready(): KeyInUse | undefined {
    if (this.#turning !== undefined) return undefined;
    if (this.#inUse !== undefined) return this.#seesAnother() ? undefined : this.#inUse;
    const only = this.#onlyOne();
    if (only !== undefined) this.#use(only);
    return this.#inUse;
  }

  /** Slots are looked at now and then, since another key may have come into one. */
  #seesAnother(): boolean {
    const now = this.#parts.clock.now();
    if (now >= this.#lookedAt && now < this.#lookedAt + lookEvery) return false;
    // Until it has had its turn, it is seen each time.
    if (this.#candidates().length > 0) return true;
    this.#lookedAt = now;
    return false;
  }

  /** A key that is the only one, and that nothing was asked with: whatever it is asked will prove it. */
  #onlyOne(): SlotKey | undefined {
    const isFirst = this.#inUse === undefined && this.#turning === undefined && this.#findings.size === 0;
    const [only, ...more] = isFirst ? this.#candidates() : [];
    return more.length === 0 ? only : undefined;
  }

  /** Those that may take the place of the one in use, in their order. A replaced one only where none stands that may have replaced it. */
  #candidates(): readonly SlotKey[] {
    const present = keysIn(this.#parts.slots);
    const now = this.#parts.clock.now();
    const others = present.filter(
      ({ key }) => key !== this.#inUse?.key && !isLeftAlone(this.#findings.get(key), now),
    );
    const given = (wanted: KeyStanding): readonly SlotKey[] =>
      others.filter((each) => this.#standing(each) === wanted);
    if (this.#inUse !== undefined) return given('new');
    const isLeft = present.every((each) => this.#standing(each) === 'replaced');
    return [...given('new'), ...given('used'), ...(isLeft ? given('replaced') : [])];
  }

  #standing({ key }: SlotKey): KeyStanding {
    return this.#passedOver.has(key) ? 'replaced' : this.#parts.standing(key);
  }

  /** One turn at a time, for all who wait for it. */
  #turned(): Promise<void> {
    this.#turning ??= this.#turn().finally(() => (this.#turning = undefined));
    return this.#turning;
  }

  async #turn(): Promise<void> {
    const { slots, clock, log, patience, closed } = this.#parts;
    const canWait = this.#isReading && slots.some(({ changes }) => changes);
    for (;;) {
      this.#lookedAt = clock.now();
      const candidates = this.#candidates();
      for (const candidate of candidates) {
        if (await this.#take(candidate, candidate === candidates.at(-1))) return;
      }
      if (this.#inUse !== undefined) return;
      const wait = canWait ? Math.min(lookEvery, patience - this.#waited) : 0;
      if (wait <= 0) throw noKeyLeft(slots, this.#findings, this.#lost);
      if (this.#waited === 0) log.warn({ minutes: Math.ceil(patience / minute) }, waitsForKey);
      await clock.sleep(wait, closed);
      this.#waited += wait;
    }
  }

  /** Whether the key was taken into use. A run begins with the last one whatever that may read: it says itself what it skips. */
  async #take(candidate: SlotKey, isLast: boolean): Promise<boolean> {
    this.#known.set(candidate.key, { ...this.#known.get(candidate.key), ...candidate });
    const needs =
      isLast && !this.#isReading ? [] : stillMet(this.#demands.needs, (this.#inUse ?? this.#lost)?.scopes);
    try {
      const proof = await this.#parts.judge(candidate.key, { ...this.#demands, needs });
      // So that the key before sees no call any more from the first one on that this key sees.
      await Promise.allSettled(this.#underWay);
      this.#use({ ...candidate, ...proof });
      return true;
    } catch (thrown) {
      this.#parts.closed.throwIfAborted();
      const error = asKeywayError(thrown);
      const wait = againAfter[error.code];
      // It says nothing about the key. With one that works there is no hurry.
      if (wait === undefined && this.#inUse === undefined) throw error;
      this.#find(candidate, error, wait ?? minute);
      const { slot } = candidate;
      this.#parts.log.warn({ slot, code: error.code }, `The key in ${slot} is not used: ${error.message}`);
      return false;
    }
  }

  #find({ slot, key }: SlotKey, error: KeywayError, wait: number): void {
    const since = this.#parts.clock.now();
    this.#findings.set(key, { slot, key, error, since, until: since + wait });
  }

  #use(next: KeyInUse): void {
    const before = this.#inUse ?? this.#lost;
    const present = keysIn(this.#parts.slots).filter(({ key }) => !this.#findings.has(key));
    for (const { key } of before === undefined ? present : [...present, before]) this.#passedOver.add(key);
    this.#passedOver.delete(next.key);
    this.#findings.delete(next.key);
    [this.#inUse, this.#lost] = [next, undefined];
    this.learn(next.key, {});
    if (before === undefined || before.key === next.key) return;
    this.#parts.log.info({ from: before.slot, to: next.slot }, takenOver);
    this.#onTakeOver();
  }

  /** Before any account is pinned, the slots alone can tell that one of them is a mistake. */
  async #sameAccount(first: KeyInUse, others: readonly SlotKey[]): Promise<void> {
    for (const { key, slot } of others) {
      const found = await this.#parts.judge(key, { needs: [] }).catch(() => undefined);
      const [mine, theirs] = [first.account?.portalId, found?.account.portalId];
      if (mine !== undefined && theirs !== undefined && mine !== theirs)
        throw twoAccounts([first.slot, mine], [slot, theirs]);
    }
  }
}

/** After a clock was put back, nobody knows for how long. */
function isLeftAlone(finding: Finding | undefined, now: Instant): boolean {
  return finding !== undefined && now >= finding.since && now < finding.until;
}

function portalOf(wanted: KeyDemands, { account }: KeyInUse): Pick<KeyDemands, 'portalId'> {
  const portalId = wanted.portalId ?? account?.portalId;
  return portalId === undefined ? {} : { portalId };
}

const minute = 60_000;
const hour = 60 * minute;
/** What is wrong with a key, and for how long it is then left alone, in milliseconds. A scope may be added meanwhile. */
const againAfter: { readonly [Code in ErrorCode]?: number } = {
  key_refused: hour,
  key_missing: hour,
  account_mismatch: hour,
  scope_missing: 10 * minute,
};
/** How often slots are looked at, in milliseconds. */
const lookEvery = 5000;

const takenOver = 'another Service Key has taken over; the one before is not used any more';
const waitsForKey =
  'HubSpot takes none of the keys any more: waiting for another one to come into the file of a slot; nothing is asked meanwhile';
