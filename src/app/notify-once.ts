import { hostname } from 'node:os';
import { randomUUID } from 'node:crypto';
import { asKeywayError, type ErrorCode } from '../errors.ts';
import { post, slackText, tell, type Message, type Posted, type Told } from '../notify/index.ts';
import type { Warehouse } from '../warehouse.ts';
import type { AppParts } from './app.ts';
import { strikeOut } from './log.ts';
import { openToRead } from './open-to-read.ts';
import { problemsOf, troubleOf, type Attempt } from './problems.ts';
import { withTexts } from './without-secrets.ts';

/** Posts a message to the settings' webhook. */
export type Send = (message: Message) => Promise<Posted>;

/** Nothing where there is no webhook. What is sent is without secrets, whatever foreign error a reason repeats. */
export function webhookOf(parts: Pick<AppParts, 'settings' | 'clock' | 'signal'>): Send | undefined {
  const { settings } = parts;
  const { webhook } = settings.notify;
  if (webhook === undefined) return undefined;
  const url = (): string => {
    webhook.refresh();
    return webhook.reveal();
  };
  const clean = (text: string): string => strikeOut(text, settings, 12);
  // Before it is escaped and cut, which a secret would no longer be known by; and after, whatever that has made.
  return (message) => post({ ...parts, url }, clean(slackText(withTexts(message, clean) as Message)));
}

export interface Telling {
  readonly warehouse: Warehouse;
  readonly attempt: Attempt;
  readonly send: Send;
}

/** Looks at what is wrong, and tells what people do not know yet. */
export async function tellNews(parts: AppParts, { warehouse, attempt, send }: Telling): Promise<Told> {
  const { settings, clock } = parts;
  const found = await problemsOf({ parts, warehouse, attempt });
  const portalId = await warehouse.portalId();
  const account = portalId === undefined ? [] : [`HubSpot account ${portalId}`];
  const place = [...account, warehouse.label].join(' · ');
  const { about } = settings.notify;
  const holder = `${hostname()}/${process.pid}/${randomUUID()}`;
  return tell({ store: warehouse, holder, post: send, clock, about, place }, found);
}

/**
 * After a run by hand or in a nightly container. Where the warehouse cannot be asked, what has kept the run from coming about is told all
 * the same, and each time. Throws nothing: what became of the run is told as it is.
 */
export async function notifyOnce(parts: AppParts, attempt: Attempt): Promise<void> {
  const send = webhookOf(parts);
  if (send === undefined) return;
  let hasArrived = false;
  const noted: Send = async (message) => {
    const posted = await send(message);
    hasArrived ||= posted.ok;
    return posted;
  };
  const isClosed = typeof attempt !== 'string' && closed.includes(attempt.code);
  const looking = isClosed ? tellAlone(parts, attempt, send) : withWarehouse(parts, attempt, noted);
  const told = await looking.catch((error: unknown) => {
    parts.log.debug({ reason: asKeywayError(error).message }, 'what is wrong could not be looked at');
    return hasArrived ? undefined : tellAlone(parts, attempt, send);
  });
  if (told?.kind === 'refused') parts.log.warn({ reason: told.reason }, notTaken);
}

/** One that has just been waited for, and one of whose tables a newer Keyway knows more. */
const closed: readonly ErrorCode[] = ['warehouse_newer', 'warehouse_unavailable'];

export const notTaken = 'the webhook did not take a notification';

async function withWarehouse(parts: AppParts, attempt: Attempt, send: Send): Promise<Told> {
  const warehouse = await openToRead(parts);
  try {
    return await tellNews(parts, { warehouse, attempt, send });
  } finally {
    await warehouse.close();
  }
}

/** What is wrong, without a memory. */
export async function tellAlone(
  { settings }: Pick<AppParts, 'settings'>,
  attempt: Attempt,
  send: Send,
): Promise<Told> {
  const lines = troubleOf(attempt).map(({ text }) => text);
  if (lines.length === 0 || !settings.notify.about.includes('failure')) return { kind: 'nothing' };
  const posted = await send({ heading: 'Keyway: something did not sync', place: '', lines });
  return posted.ok ? { kind: 'told' } : { kind: 'refused', reason: posted.reason };
}
