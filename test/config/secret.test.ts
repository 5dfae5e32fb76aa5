import { inspect } from 'node:util';
import { rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Secret } from '../../config/index.ts';
import { makeFolder } from './settings-folder.ts';

describe('a secret', () => {
  it('is given by reveal alone', () => {
    const secret = new Secret('hunter2');
    expect(secret.reveal()).toBe('hunter2');
    const shown = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { showHidden: true, depth: 9 }),
      Object.values(secret).join(),
    ];
    expect(shown.join()).not.toContain('hunter2');
  });

  it('takes the new value of its file, and keeps the old one while the file is empty or away', () => {
    const folder = makeFolder();
    const file = folder.write('key', 'one\n');
    const secret = new Secret('one', file);
    expect(secret.refresh()).toBe(false);
    folder.write('key', 'two\n');
    expect(secret.refresh()).toBe(true);
    folder.write('key', '');
    expect(secret.refresh()).toBe(false);
    rmSync(file);
    expect(secret.refresh()).toBe(false);
    expect(secret.reveal()).toBe('two');
    folder.remove();
  });
});
