import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, problems, read, type Folder } from './settings-folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

const key = 'pat-eu1-01234567-89ab-cdef-0123-456789abcdef';

function keyFile(mode: number, name = 'key'): string {
  const file = folder.write(name, key);
  chmodSync(file, mode);
  return file;
}

const warnings = (file: string): readonly string[] =>
  read(folder, { env: { HUBSPOT_SERVICE_KEY_FILE: file } }).warnings;

describe('a file with a secret', () => {
  it.each([
    [
      0o644,
      /^Everybody on this machine can read .*\/key, which holds a secret\. Take that away: chmod 600 .*\/key$/,
    ],
    [0o604, /^Everybody on this machine/],
    [0o640, /^Its group can read .*\/key,/],
  ])('that others may read by mode %o is warned of, with what to type', (mode, says) => {
    expect(warnings(keyFile(mode))).toEqual([expect.stringMatching(says)]);
  });

  it.each([0o600, 0o400, 0o700, 0o611])('that they may not read by mode %o is not', (mode) => {
    expect(warnings(keyFile(mode))).toEqual([]);
  });

  it('such as .env is warned of once, however many secrets it holds, and not without any', () => {
    const file = folder.write('.env', `HUBSPOT_SERVICE_KEY=${key}\nKEYWAY_HASH_KEY=${'x'.repeat(32)}\n`);
    chmodSync(file, 0o644);
    expect(read(folder).warnings).toEqual([expect.stringContaining(`chmod 600 ${file}`)]);
    writeFileSync(file, 'LOG_LEVEL=debug\n');
    expect(read(folder).warnings).toEqual([]);
  });

  it('that Kubernetes mounts is left to whoever mounted it', () => {
    const data = join(folder.path, 'mounted', '..2026_11_28');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, 'key'), key, { mode: 0o644 });
    symlinkSync('..2026_11_28', join(folder.path, 'mounted', '..data'));
    symlinkSync('..data/key', join(folder.path, 'mounted', 'key'));
    expect(warnings(join(folder.path, 'mounted', 'key'))).toEqual([]);
  });

  it.skipIf(process.getuid?.() !== 0)('of another user is not ours to change', () => {
    const file = keyFile(0o644);
    chownSync(file, 65_534, 65_534);
    expect(warnings(file)).toEqual([]);
  });
});

describe('certificates that are not looked at', () => {
  it('are refused, with what to do instead', () => {
    const env = { NODE_TLS_REJECT_UNAUTHORIZED: '0' };
    expect(problems(folder, { env })).toEqual([
      expect.stringMatching(
        /^NODE_TLS_REJECT_UNAUTHORIZED=0 would send key and data to whoever.*NODE_EXTRA_CA_CERTS/,
      ),
    ]);
    expect(read(folder, { env: { NODE_TLS_REJECT_UNAUTHORIZED: '1' } }).warnings).toEqual([]);
  });
});
