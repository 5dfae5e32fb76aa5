import type * as sandbox from '../sandbox/index.ts';
import type * as demo from './demo.ts';

/** The simulator, which a sync from the real HubSpot has no use for: it is loaded only when asked for. */
export function loadSandbox(): Promise<Pick<typeof sandbox, 'openSandbox'>> {
  return import('../sandbox/index.ts');
}

/** The demo, which runs on it. */
export function loadDemo(): Promise<Pick<typeof demo, 'openDemo'>> {
  return import('./demo.ts');
}
