import { address, text } from './kinds.ts';
import type { Setting } from './setting.ts';

const token = text(/^(none|[!-~]{16,1024})$/, 'must be 16 characters or more without a space, or none');

/** What the worker shows, and to whom. */
export const httpSettings = {
  http: {
    kind: address,
    default: '127.0.0.1:8080',
    meaning:
      'where the worker serves its status page, health and metrics; `off`: nowhere. Port 0 takes any that is free. See [The status page](#the-status-page)',
    example: '0.0.0.0:8080',
  },
  httpToken: {
    kind: token,
    otherwise: 'none; without one, the page is shown to this machine alone',
    meaning:
      'what has to be shown to see the status page and metrics, 16 characters or more: `openssl rand -hex 32` makes one. `none` where something else guards the address. Health is answered without it',
    example: '89abcdef0123456789abcdef01234567',
    secret: true,
    file: true,
    yaml: 'never',
  },
} as const satisfies Readonly<Record<string, Setting>>;
