import type { NoticeKind } from '../notice.ts';
import { KeywayError } from '../errors.ts';
import type { AppParts } from './app.ts';
import { webhookOf } from './notify-once.ts';
import { openToRead } from './open-to-read.ts';

export interface NoticesReport {
  /** Whether there is a webhook. Never which. */
  readonly isOn: boolean;
  readonly about: readonly NoticeKind[];
  /** Milliseconds. */
  readonly staleAfter: number;
  /** What people were told of and is not over, the first one first. */
  readonly notices: readonly { readonly kind: NoticeKind; readonly text: string; readonly toldAt: number }[];
}

/** What people are told, and what they were. */
export async function notices(parts: AppParts): Promise<NoticesReport> {
  const { webhook, about, staleAfter } = parts.settings.notify;
  const warehouse = await openToRead(parts);
  try {
    const told = (await warehouse.notices()).filter(({ text }) => text !== '');
    const shown = told.map(({ kind, text, toldAt }) => ({ kind, text, toldAt }));
    return { isOn: webhook !== undefined, about, staleAfter, notices: shown };
  } finally {
    await warehouse.close();
  }
}

/** Sends a message that says that messages arrive. Throws `config_invalid` without a webhook, `webhook_refused` where it did not arrive. */
export async function tryWebhook(parts: AppParts): Promise<void> {
  const send = webhookOf(parts);
  if (send === undefined)
    throw new KeywayError(
      'config_invalid',
      'There is no webhook to try: set KEYWAY_NOTIFY__WEBHOOK, or KEYWAY_NOTIFY__WEBHOOK_FILE to a file that holds it.',
    );
  const { about } = parts.settings.notify;
  const lines = [`Messages of these kinds arrive here: ${about.join(', ')}`];
  const posted = await send({ heading: 'Keyway: a test', place: 'Nothing is wrong', lines });
  if (posted.ok) return;
  throw new KeywayError(
    'webhook_refused',
    `The webhook did not take the message: ${posted.reason}. Check KEYWAY_NOTIFY__WEBHOOK.`,
    { verdict: 'retry' },
  );
}
