import { KeywayError } from '../errors.ts';
import type { AppParts } from './app.ts';

/** What the worker's own address says of it. */
export interface HealthReport {
  readonly ok: boolean;
  /** For people. */
  readonly detail: string;
}

/** Asks the worker of these settings, on this machine, whether it lives. Throws `config_invalid` where nobody can know its address. */
export async function health({ settings, signal }: AppParts): Promise<HealthReport> {
  const { http } = settings;
  if (http === undefined) return { ok: true, detail: 'KEYWAY_HTTP is off: there is nothing to ask.' };
  if (http.port === 0)
    throw new KeywayError(
      'config_invalid',
      'Of KEYWAY_HTTP with port 0 nobody knows the address but the worker’s log. Give it a port to be able to ask.',
    );
  const url = `http://${reachable(http.host)}:${http.port}/livez`;
  try {
    const { status } = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(patience)]) });
    return { ok: status === 200, detail: `${url} answers ${status}.` };
  } catch (error) {
    signal.throwIfAborted();
    const slow = error instanceof DOMException && error.name === 'TimeoutError';
    const what = slow ? `has not answered within ${patience / 1000} s` : 'cannot be reached';
    return { ok: false, detail: `${url} ${what}. Is the worker running, with the same KEYWAY_HTTP?` };
  }
}

/** Where one listens for all, one can ask oneself. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
}

/** Milliseconds: Docker and Kubernetes wait for some seconds. */
const patience = 3000;
