import { html } from 'hono/html';
import type { Instant } from '../source.ts';
import type { Html } from './layout.ts';
import type { WorkerState } from './worker-state.ts';

/** Text that was not written here, as names and reasons are: whichever way it is written, it turns nothing around it. */
export function foreign(text: string): Html {
  return html`<bdi>${text}</bdi>`;
}

/** An instant and how far it is from now: `21:04, 12 min ago`. A script may keep the distance true. */
export function when(at: Instant | undefined, now: Instant, none = '–'): Html {
  if (at === undefined) return html`<span class="none">${none}</span>`;
  return html`<time datetime="${iso(at)}" title="${iso(at)}"
    >${clockTime(at, now)} <small data-from="${at}">${distance(at, now)}</small></time
  >`;
}

/** Of what is recent, the distance is enough. */
export function ago(at: Instant, now: Instant): Html {
  return html`<time datetime="${iso(at)}" title="${iso(at)}"
    ><small data-from="${at}">${distance(at, now)}</small></time
  >`;
}

/** `21:04`, or `28 Nov 21:04` of another day. UTC, as everything here. */
export function clockTime(at: Instant, now: Instant): string {
  const time = iso(at).slice(11, 16);
  if (iso(at).slice(0, 10) === iso(now).slice(0, 10)) return time;
  const date = new Date(at);
  const year = date.getUTCFullYear() === new Date(now).getUTCFullYear() ? '' : ` ${date.getUTCFullYear()}`;
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]}${year} ${time}`;
}

export function iso(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** `12 min ago`, `in 2 h 5 min`: no finer than people care for. */
export function distance(at: Instant, now: Instant): string {
  const past = now - at;
  if (Math.abs(past) < 1000) return 'just now';
  return past > 0 ? `${coarse(past)} ago` : `in ${coarse(-past)}`;
}

function coarse(milliseconds: number): string {
  const minutes = Math.floor(milliseconds / 60_000);
  const [d, h, m] = [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${m} min`;
  return m > 0 ? `${m} min` : `${Math.floor(milliseconds / 1000)} s`;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What the worker does, in a sentence or two. */
export function workerSentence(worker: WorkerState): string {
  const { state, reason, until, next } = worker;
  const time = (at: Instant): string => `${clockTime(at, worker.since)} UTC`;
  const because = reason === undefined ? '' : ` ${reason}`;
  switch (state) {
    case 'starting':
      return 'The worker is starting.';
    case 'standing by':
      return 'This worker stands by: another run holds the lease, and it takes over when that ends.';
    case 'syncing':
      return 'A run is under way.';
    case 'paused':
      return `The worker waits.${because}${until === undefined ? '' : ` It goes on at ${time(until)} at the latest.`}`;
    case 'in trouble':
      return `The worker could not go on.${because}${until === undefined ? '' : ` It tries again at ${time(until)}.`}`;
    case 'waiting':
      if (reason !== undefined)
        return `The last run did not come about.${because}${next === undefined ? '' : ` The next one is due at ${time(next)}.`}`;
      return next === undefined ? 'Nothing is due.' : `Nothing is due until ${time(next)}.`;
  }
}
