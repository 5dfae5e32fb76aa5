import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
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

  it('takes the new value of its file, and holds none once the file is emptied or gone', () => {
    const folder = makeFolder();
    const file = folder.write('key', 'one\n');
    const secret = new Secret('one', file);
    expect(secret.refresh()).toBe(false);
    folder.write('key', 'two\n');
    expect(secret.refresh()).toBe(true);
    for (const empty of [(): unknown => folder.write('key', ' \n'), () => rmSync(file)]) {
      folder.write('key', 'three');
      secret.refresh();
      empty();
      expect([secret.refresh(), secret.reveal()]).toEqual([true, '']);
    }
    expect(secret.former()).toEqual(['one', 'two', 'three', 'three']);
    folder.remove();
  });

  it('keeps its value while its file cannot be read, and waits for none that is a pipe', () => {
    const folder = makeFolder();
    const file = folder.write('key', 'one');
    const secret = new Secret('one', file);
    for (const put of [
      () => mkdirSync(file),
      () => execFileSync('mkfifo', [file]),
      () => writeFileSync(file, 'x'.repeat(70_000)),
    ]) {
      rmSync(file, { recursive: true, force: true });
      put();
      expect([secret.refresh(), secret.reveal()]).toEqual([false, 'one']);
    }
    folder.remove();
  });
});
