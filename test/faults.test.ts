import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const here = import.meta.dirname;
const page = readFileSync(resolve(here, 'faults.md'), 'utf8');

interface Entry {
  readonly name: string;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
  readonly remarks: string;
}

/** `test/path.test.ts` › title */
const testPattern = /`(test\/[\w./-]+)` › (.+?)(?=<br>|$)/g;

const entries: readonly Entry[] = page
  .split('\n')
  .filter((line) => /^\| F\d{3}/.test(line))
  .map((line) => {
    const [name = '', , tests = '', remarks = ''] = line
      .split(/(?<!\\)\|/)
      .slice(1)
      .map((cell) => cell.trim());
    return { name, tests: [...tests.matchAll(testPattern)].map(named), remarks };
  });

function named([, path = '', title = '']: RegExpExecArray): Entry['tests'][number] {
  return { path, title: title.replaceAll(/\\([|<>*_[\]])/g, '$1') };
}

function range(first: number, last: number): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, i) => `F${String(first + i).padStart(3, '0')}`);
}

const wanted = [...range(1, 32), ...range(44, 83), ...range(98, 112), ...range(120, 128)];

describe('the fault catalogue', () => {
  it('has every entry once, in its order', () => {
    expect(entries.map(({ name }) => name)).toEqual(wanted);
  });

  it.each(entries)('$name has a test that exists, or says why not', ({ tests, remarks }) => {
    if (tests.length === 0) expect(remarks.length).toBeGreaterThan(40);
    for (const { path, title } of tests) {
      const file = resolve(here, '..', path);
      expect(existsSync(file), path).toBe(true);
      expect(title.length, title).toBeGreaterThan(12);
      expect(readFileSync(file, 'utf8').replaceAll("\\'", "'"), path).toContain(title);
    }
  });
});
