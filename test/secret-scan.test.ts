import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const skipped = new Set(['node_modules', '.git', '.keyway', 'coverage', '.env', 'package-lock.json']);

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (skipped.has(entry.name)) return [];
    return entry.isDirectory() ? filesOf(path) : entry.isFile() ? [path] : [];
  });
}

/** Secrets by their forms, of HubSpot, Google and those whose tokens end up in repositories most. */
const forms = [
  /pat-[a-z]{2,4}\d{1,3}-([0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})/gi,
  /\b([a-z]{2}\d-[0-9a-f]{4}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})\b/gi,
  /(Ci[QR][\w+/-]{60,})/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----\s*([A-Za-z0-9+/=\s]{64,})/g,
  /\b(AIza[\w-]{35}|ya29\.[\w-]{20,}|ghp_\w{36}|github_pat_\w{22,}|npm_\w{36}|AKIA[0-9A-Z]{16}|xox[abp]-[\w-]{10,})/g,
];

/** Few different digits, or all in their order: nobody's key looks so. */
function isMadeUp(text: string): boolean {
  if (!/[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text)) return false;
  const digits = text.toLowerCase().replaceAll(/[^0-9a-f]/g, '');
  return new Set(digits).size <= 9 || digits.includes('0123456789abcdef');
}

function secretsIn(text: string): string[] {
  return forms
    .flatMap((form) => [...text.matchAll(form)].map(([, secret = '']) => secret))
    .filter((secret) => !isMadeUp(secret));
}

it('nothing in this repository looks like a secret of somebody', () => {
  const files = filesOf(root);
  expect(files.length).toBeGreaterThan(500);
  const found = files.filter((file) => secretsIn(readFileSync(file, 'latin1')).length > 0);
  expect(found.map((file) => relative(root, file))).toEqual([]);
});

it.each([
  ['a key', ['pat-na1-7d1e0c5b', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-')],
  ['an old key', ['eu1-7d1e', '92a4', '4f38', 'b6e7', '3c0f8a1d5e29'].join('-')],
  ['a personal access key', Buffer.from(`\n$na1-${'7d1e0c5b92a44f38'.repeat(3)}`).toString('base64')],
  ['a private key', `-----BEGIN PRIVATE KEY-----\n${'MIIEvQIBADANBgkqhkiG9w0B'.repeat(4)}`],
])('and %s would be found', (_, text) => {
  expect(secretsIn(`x "${text}" y`)).toHaveLength(1);
});
