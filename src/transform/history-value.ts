import type { TreatedProperty } from '../privacy.ts';
import { cleanText } from './text.ts';

/** A property whose history is kept. */
export type TrackedProperty = Pick<TreatedProperty, 'name' | 'treatment'>;

/** A value of a property's history as it is stored: all of them pass through here. A cleared one stays empty. */
export function historyValue({ treatment }: TrackedProperty, value: string): string {
  return treatment.kind === 'hash' && value !== '' ? treatment.hash.of(value) : cleanText(value);
}

/** How values of the property get there; nothing where they do plainly. */
export function historyFilling({ treatment }: TrackedProperty): string | undefined {
  return treatment.kind === 'hash' ? `hashed ${treatment.hash.fingerprint}` : undefined;
}
