import type { CheckReport } from '../app/index.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import { wrap } from './columns.ts';
import { several } from '../figures.ts';
import type { Terminal } from './terminal.ts';

type Scopes = NonNullable<CheckReport['scopes']>;

/** The scopes to tick as one list to copy, what is wrong with those that the key has, and where that is mended. */
export function scopeLines(
  scopes: Scopes,
  { paint }: Pick<Terminal, 'paint'>,
  width = 80,
): readonly string[] {
  const list = (words: readonly string[]): string => wrap(words.join(' '), width, 4);
  const { needed, missing, unused, writing, granted } = scopes;
  const lines: string[] = [];
  if (needed.length > 0) {
    lines.push(
      `  ${paint('bold', `${several(needed.length, 'scope')} to tick, and no other`)}`,
      `    ${list(needed)}`,
    );
  }
  if (missing.length > 0) lines.push(`  ${paint('red', '✗')} ${list(['missing:', ...missing])}`);
  if (writing !== null && writing.length > 0) {
    lines.push(`  ${paint('yellow', '!')} ${list(['may change data:', ...writing])}`);
    lines.push('    Keyway only reads: make a key without them, where HubSpot has others.');
  }
  if (unused !== null && unused.length > 0) {
    lines.push(`  ${paint('yellow', '!')} ${list(['used by nothing here:', ...unused])}`);
    lines.push('    A key can leak: make one without them, for Keyway alone.');
  }
  if (granted === null) {
    lines.push(
      `  ${paint('yellow', '!')} ${wrap('HubSpot does not say which scopes this key has. What it may read was tried; what it has beyond that, or may change, only HubSpot shows: compare it with the list above.', width, 4)}`,
    );
  }
  const isFit = missing.length === 0 && unused?.length === 0 && writing?.length === 0;
  if (isFit) lines.push(`  ${paint('green', '✓')} The key has these scopes and no other.`);
  else lines.push('', `  ${wrap(whereToClick, width, 2)}`);
  return lines;
}

/** HubSpot shows it in one place or the other, depending on the account. */
export const whereToClick = `In HubSpot: ${serviceKeyPlaces}, whichever your account has. It takes a Super Admin or somebody with access to developer tools.`;
