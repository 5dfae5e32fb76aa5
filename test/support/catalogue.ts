import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

interface Entry {
  readonly name: string;
  readonly tests: readonly { readonly path: string; readonly title: string }[];
  readonly remarks: string;
}

/** `test/path.test.ts` › title */
const testPattern = /`(test\/[\w./-]+)` › (.+?)(?=<br>|$)/g;

const root = resolve(import.meta.dirname, '../..');

/** Keeps a page true that says, in a table, which tests show what: every entry once, and every test there. */
export function describeCatalogue(page: string, wanted: readonly string[]): void {
  const entries = readFileSync(resolve(root, page), 'utf8')
    .split('\n')
    .filter((line) => /^\| [FIS]\d/.test(line))
    .map(entryOf);

  describe(page, () => {
    it('has every entry once, in its order', () => {
      expect(entries.map(({ name }) => name)).toEqual(wanted);
    });

    it.each(entries)('$name has a test that exists, or says why not', ({ tests, remarks }) => {
      if (tests.length === 0) expect(remarks.length).toBeGreaterThan(40);
      for (const { path, title } of tests) {
        const file = resolve(root, path);
        expect(existsSync(file), path).toBe(true);
        expect(title.length, title).toBeGreaterThan(12);
        expect(readFileSync(file, 'utf8').replaceAll("\\'", "'"), path).toContain(title);
      }
    });
  });
}

function entryOf(line: string): Entry {
  const [name = '', , tests = '', remarks = ''] = line
    .split(/(?<!\\)\|/)
    .slice(1)
    .map((cell) => cell.trim());
  return { name, tests: [...tests.matchAll(testPattern)].map(named), remarks };
}

function named([, path = '', title = '']: RegExpExecArray): Entry['tests'][number] {
  return { path, title: title.replaceAll(/\\([|<>*_[\]])/g, '$1') };
}

/** `F007` to `F012`. */
export function numbered(letter: string, first: number, last: number, digits: number): readonly string[] {
  return Array.from(
    { length: last - first + 1 },
    (_, i) => `${letter}${String(first + i).padStart(digits, '0')}`,
  );
}
