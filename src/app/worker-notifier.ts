import { asKeywayError } from '../errors.ts';
import { overLine, type Told } from '../notify/index.ts';
import type { Instant } from '../source.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { notTaken, tellAlone, tellNews, webhookOf, type Send } from './notify-once.ts';
import { troubleOf, type Attempt } from './problems.ts';
import type { Trouble, WorkerEvent } from './worker-event.ts';

/**
 * Tells people what is wrong while a worker goes on: beside its work, which never waits for it. It looks when a run has ended or did not come
 * about, and each hour; after a message that did not arrive, sooner. What keeps the worker from its warehouse is remembered in this process
 * alone, and told once it has lasted.
 */
export class WorkerNotifier {
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #parts: AppParts;
  #warehouse: Warehouse | undefined;
  /** Another worker tells what is wrong. */
  #standsBy = false;
  #attempt: Attempt = 'unknown';
  /** Why the warehouse cannot be asked. */
  #blind: (Trouble & { readonly since: Instant; readonly isTold: boolean }) | undefined;
  #lookedAt = -Infinity;
  /** When to look next. */
  #next = Infinity;
  #wake = new AbortController();
  /** Messages that did not arrive, in a row. */
  #refusals = 0;
  #looking: Promise<void> = Promise.resolve();

  constructor(parts: AppParts) {
    this.#parts = { ...parts, signal: AbortSignal.any([parts.signal, this.#stop.signal]) };
    this.#ended = this.#watch();
  }

  /** Resolves once nothing is under way any more. */
  close(): Promise<void> {
    this.#stop.abort();
    return this.#ended;
  }

  hear(event: WorkerEvent): void {
    switch (event.kind) {
      case 'at work':
        [this.#warehouse, this.#standsBy, this.#attempt] = [event.warehouse, false, 'unknown'];
        return this.#lookIn(this.#blind === undefined ? hour : second);
      case 'ended':
      case 'failed':
      case 'paused':
        this.#attempt = event.kind === 'ended' ? 'just ran' : { code: event.code, reason: event.reason };
        // What the worker makes of it comes right after it; and the steps of a backfill are many.
        return this.#lookIn(Math.max(second, this.#lookedAt + minute - this.#parts.clock.now()));
      case 'standing by':
        this.#standsBy = true;
        return this.#lookIn(second);
      case 'left':
        this.#warehouse = undefined;
        return event.waitFor(this.#settled());
      case 'trouble':
        this.#standsBy = false;
        // Another one has the lease.
        return event.code === 'lease_held' ? undefined : this.#sees(event);
      case 'renewed':
        this.#parts = { ...this.#parts, settings: event.settings };
        return undefined;
      case 'backfill':
      case 'begun':
      case 'idle':
      case 'progress':
        return undefined;
    }
  }

  /** Whatever is being told has a moment to arrive, and to be kept. */
  async #settled(): Promise<void> {
    const enough = new AbortController();
    const moment = this.#parts.clock.sleep(5 * second, enough.signal).catch(() => undefined);
    await Promise.race([this.#looking, moment]);
    enough.abort();
  }

  #sees({ code, reason }: Trouble): void {
    const { since, isTold } = this.#blind ?? { since: this.#parts.clock.now(), isTold: false };
    this.#blind = { code, reason, since, isTold };
    if (!isTold) this.#lookIn(since + patience - this.#parts.clock.now());
  }

  /** Milliseconds; sooner, where that was so already. */
  #lookIn(wait: number): void {
    const at = this.#parts.clock.now() + wait;
    if (at >= this.#next) return;
    this.#next = at;
    this.#wake.abort();
    this.#wake = new AbortController();
  }

  async #watch(): Promise<void> {
    const { clock, signal } = this.#parts;
    while (!signal.aborted) {
      const wait = Math.min(longestNap, this.#next - clock.now());
      if (wait > 0) {
        // Being woken is no failure.
        await clock.sleep(wait, AbortSignal.any([signal, this.#wake.signal])).catch(() => undefined);
        continue;
      }
      this.#next = Infinity;
      this.#lookedAt = clock.now();
      this.#looking = this.#look();
      await this.#looking;
    }
  }

  async #look(): Promise<void> {
    const send = webhookOf(this.#parts);
    if (send === undefined) return;
    const news = await this.#tellNews(send);
    const told = news === undefined ? await this.#tellTrouble(send) : await this.#tellItIsOver(send);
    this.#goOn(news === undefined || news.kind === 'nothing' ? told : news);
  }

  /** Nothing where the warehouse cannot be asked. */
  async #tellNews(send: Send): Promise<Told | undefined> {
    const [warehouse, attempt] = [this.#warehouse, this.#attempt];
    if (warehouse === undefined) return this.#standsBy ? { kind: 'nothing' } : undefined;
    try {
      const told = await tellNews(this.#parts, { warehouse, attempt, send });
      const isSettled = told.kind === 'told' || told.kind === 'nothing';
      if (isSettled && this.#attempt === 'just ran' && attempt === 'just ran') this.#attempt = 'ran';
      return told;
    } catch (error) {
      const { code, message } = asKeywayError(error);
      // Closed while it was asked.
      if (this.#warehouse === warehouse) this.#sees({ code, reason: message });
      return undefined;
    }
  }

  async #tellTrouble(send: Send): Promise<Told> {
    const blind = this.#blind;
    const { clock } = this.#parts;
    if (blind === undefined || blind.isTold || clock.now() - blind.since < patience)
      return { kind: 'nothing' };
    const told = await tellAlone(this.#parts, blind, send);
    if (told.kind !== 'refused') this.#blind = { ...(this.#blind ?? blind), isTold: true };
    return told;
  }

  async #tellItIsOver(send: Send): Promise<Told> {
    const blind = this.#blind;
    if (blind?.isTold === true) {
      const lines = troubleOf(blind).map(({ text }) => overLine(text));
      const posted = await send({ heading: 'Keyway: over', place: '', lines });
      if (!posted.ok) return { kind: 'refused', reason: posted.reason };
    }
    if (this.#blind === blind) this.#blind = undefined;
    return { kind: blind?.isTold === true ? 'told' : 'nothing' };
  }

  /** Says once that messages do not arrive, and once that they do again. */
  #goOn(told: Told): void {
    const { log } = this.#parts;
    if (told.kind === 'refused') {
      if (this.#refusals === 0) log.warn({ reason: told.reason }, notTaken);
      this.#refusals += 1;
    } else if (told.kind === 'told') {
      if (this.#refusals > 0) log.info({}, 'the webhook takes notifications again');
      this.#refusals = 0;
    }
    const isSoon = told.kind === 'busy' || this.#blind !== undefined;
    const again = this.#refusals === 0 ? hour : minute * 2 ** (this.#refusals - 1);
    this.#lookIn(isSoon ? minute : Math.min(hour, again));
  }
}

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
/** Milliseconds: so long the warehouse may be out of reach before people are told. */
const patience = 5 * minute;
/** Milliseconds: as late as that it notices that the clock has jumped. */
const longestNap = minute;
