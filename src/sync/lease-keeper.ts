import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { asKeywayError, KeywayError } from '../errors.ts';
import type { Clock, Log } from '../service.ts';
import type { Instant } from '../source.ts';
import type { Lease, Warehouse } from '../warehouse.ts';

export interface LeaseKeeper {
  /** Aborts when the lease is lost: whoever holds it now is the one writer. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

interface Parts {
  readonly warehouse: Warehouse;
  readonly clock: Clock;
  readonly log: Log;
  /** Waits for the lease for as long as its holder lives, having told so by this. */
  readonly standBy?: () => void;
}

/**
 * Takes the lease on the warehouse and renews it until released. Waits for one that is about to expire, since its
 * holder may have died; unless it is to stand by, throws `lease_held` (stop) when that holder is alive. The lease is manners, the
 * checkpoint's version is the safety: a writer that lost its lease cannot commit past another.
 */
export async function keepLease(parts: Parts, label: string, signal: AbortSignal): Promise<LeaseKeeper> {
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  const lease: Lease = { name: 'sync', holder, ttl: parts.warehouse.limits.lease.ttl, label };
  const taken = await take(parts, lease, signal);
  const stop = new AbortController();
  const lost = new AbortController();
  const renewing = renew(parts, lease, { taken, stop: stop.signal, lost });
  return {
    lost: lost.signal,
    async release() {
      stop.abort();
      await renewing;
      try {
        await parts.warehouse.releaseLease(lease);
      } catch (error) {
        // What the run did is told all the same; the lease runs out by itself.
        parts.log.warn({ error: asKeywayError(error).message }, 'the lease could not be released');
      }
    },
  };
}

/** When it was asked for: it holds at least from then on, while the answer may take seconds. */
async function take(parts: Parts, lease: Lease, signal: AbortSignal): Promise<Instant> {
  const { warehouse, clock, log, standBy } = parts;
  const { renewEvery } = warehouse.limits.lease;
  for (let turn = 0; ; turn += 1) {
    const asked = clock.now();
    const grant = await warehouse.takeLease(lease);
    if (grant.granted) return asked;
    if (turn > 0 && standBy === undefined) throw held(grant.label);
    const facts = { holder: grant.label, expiresIn: grant.expiresIn };
    if (turn === 0) {
      log.warn(facts, standBy ? standingBy : 'another run holds the lease; waiting to see if it lives');
      standBy?.();
    }
    const untilFree = grant.expiresIn + 500;
    // Its holder may give it back, or die on this host, long before it expires.
    await clock.sleep(standBy ? Math.min(untilFree, renewEvery) : untilFree, signal);
  }
}

const standingBy = 'another run holds the lease; standing by to take over when it ends';

function held(by: string): KeywayError {
  return new KeywayError(
    'lease_held',
    `Another run is writing to this warehouse: ${by}. Wait for it to end, or stop it, and try again.`,
    { details: { holder: by } },
  );
}

interface Renewing {
  readonly taken: Instant;
  readonly stop: AbortSignal;
  readonly lost: AbortController;
}

async function renew(
  { warehouse, clock, log }: Parts,
  lease: Lease,
  { taken, stop, lost }: Renewing,
): Promise<void> {
  const { renewEvery } = warehouse.limits.lease;
  let renewed = taken;
  while (!stop.aborted) {
    try {
      await clock.sleep(renewEvery, stop);
    } catch {
      return;
    }
    const asked = clock.now();
    try {
      const grant = await warehouse.takeLease(lease);
      if (!grant.granted) return lost.abort(takenOver(grant.label));
      renewed = asked;
    } catch (error) {
      log.warn({ error: String(error) }, 'the lease could not be renewed');
      if (clock.now() - renewed > lease.ttl) return lost.abort(takenOver('unknown'));
    }
  }
}

function takenOver(by: string): KeywayError {
  return new KeywayError(
    'lease_held',
    `This run lost its lease on the warehouse to ${by}. What it had committed is kept; run it again.`,
  );
}
