import type { Clock } from '../service.ts';

export interface WebhookParts {
  /** The address as it is by now. A secret: whoever has it may write there. */
  readonly url: () => string;
  readonly clock: Clock;
  /** Ends the waiting between two attempts, and soon after an attempt that is under way. */
  readonly signal: AbortSignal;
  /** Milliseconds that an attempt may take; ten seconds by default. */
  readonly timeout?: number;
}

/** Whether the message has arrived; if not, why, without a word of the address. */
export type Posted = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/**
 * Posts a text as Slack's incoming webhooks take it (Slack docs, Sending messages using incoming webhooks: JSON with `text`, answered with
 * 200). Tries three times where it may pass. Follows no redirect, and reads nothing of what is answered. Throws nothing.
 */
export async function post(
  { url, clock, signal, timeout = 10_000 }: WebhookParts,
  text: string,
): Promise<Posted> {
  for (let attempt = 0; ; attempt += 1) {
    const { passes, wait = waits[attempt], ...posted } = await once(url(), text, { signal, timeout });
    if (posted.ok) return { ok: true };
    const last = { ok: false, reason: posted.reason } as const;
    if (!passes || attempt >= waits.length || wait === undefined || signal.aborted) return last;
    try {
      await clock.sleep(wait, signal);
    } catch {
      return last;
    }
  }
}

/** Milliseconds after the first and the second attempt. */
const waits = [1000, 5000];
const longestWait = 15_000;
/** Milliseconds that a message under way has once all is to end. */
const lastMoment = 3000;

interface Attempt {
  readonly ok: boolean;
  readonly reason: string;
  /** Whether another attempt may go better. */
  readonly passes: boolean;
  /** Milliseconds, where the receiver says how long. */
  readonly wait?: number;
}

async function once(
  url: string,
  text: string,
  { signal, timeout }: Pick<Required<WebhookParts>, 'signal' | 'timeout'>,
): Promise<Attempt> {
  const giveUp = new AbortController();
  const until = setTimeout(() => giveUp.abort(), timeout);
  const onEnd = (): void => void setTimeout(() => giveUp.abort(), lastMoment).unref();
  signal.addEventListener('abort', onEnd, { once: true });
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'user-agent': 'keyway' },
      body: JSON.stringify({ text }),
      redirect: 'manual',
      signal: giveUp.signal,
    });
    await response.body?.cancel().catch(() => undefined);
    return attemptOf(response);
  } catch (error) {
    return { ok: false, reason: troubleOf(error), passes: true };
  } finally {
    clearTimeout(until);
    signal.removeEventListener('abort', onEnd);
  }
}

function attemptOf({ status, headers }: Response): Attempt {
  if (status >= 200 && status < 300) return { ok: true, reason: '', passes: false };
  const hint =
    hints[status] ?? (status >= 300 && status < 400 ? '; it leads elsewhere, which is not followed' : '');
  const reason = `it answered HTTP ${status}${hint}`;
  const passes = status === 408 || status === 429 || status >= 500;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const wait = Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1000, longestWait) : undefined;
  return { ok: false, reason, passes, ...(wait !== undefined && { wait }) };
}

const hints: Readonly<Record<number, string>> = {
  401: ': make a new webhook',
  403: ': it was switched off, or may not post there',
  404: ': it is gone; make a new webhook',
  410: ': its channel is gone; make a new webhook',
};

/** By its code alone: messages name the host, and some the whole address. */
function troubleOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'AbortError') return 'it did not answer in time';
  const { cause } = error instanceof Error ? error : { cause: undefined };
  const code =
    typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'no answer';
  return `it cannot be reached (${code})`;
}
