import { tmpdir } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeFolder } from '../config/settings-folder.ts';
import { readSettings, Secret, type Settings } from '../../config/index.ts';
import { openLog, strikeOut } from '../../src/app/index.ts';

const key = 'a~key/with+odd.signs==';
const next = 'pat-eu1-11111111-2222-3333-4444-555555555555';
const legacy = 'legacy~token/with+signs=';
const webhook = 'https://hooks.example/services/T0/B0/a~path?token=of+a+webhook';
const hashKey = 'a hash key with "signs" and \\ and more?';
const password = 'p%40ss%2Fword';

const settings: Settings = readSettings({
  env: {
    HUBSPOT_SERVICE_KEY: key,
    HUBSPOT_SERVICE_KEY_NEXT: next,
    HUBSPOT_LEGACY_TOKEN: legacy,
    KEYWAY_HASH_KEY: hashKey,
    KEYWAY_NOTIFY__WEBHOOK: webhook,
    KEYWAY_WAREHOUSE: `postgres://keyway:${password}@db.example.com/crm`,
  },
  cwd: tmpdir(),
  known: { pipelines: [], objects: [], tables: [] },
});

async function logged(format: 'json' | 'pretty', facts: object, message: string): Promise<string> {
  let text = '';
  const log = await openLog(settings, {
    level: 'trace',
    format,
    color: false,
    write: (line) => (text += line),
  });
  log.child({ run: '7' }).warn(facts, message);
  return text;
}

describe('the log', () => {
  it('writes one JSON object a line, facts first', async () => {
    const text = await logged('json', { pipeline: 'contacts', rows: 3 }, 'committed');
    expect(JSON.parse(text)).toMatchObject({
      level: 'warn',
      pipeline: 'contacts',
      rows: 3,
      run: '7',
      msg: 'committed',
    });
    expect(text.endsWith('}\n')).toBe(true);
  });

  it('writes a line for people', async () => {
    const text = await logged('pretty', { pipeline: 'contacts' }, 'committed');
    expect(text).toMatch(/WARN.*committed.*contacts/);
    expect(text.trim().split('\n')).toHaveLength(1);
  });

  it.each(['json', 'pretty'] as const)(
    'strikes secrets out of message, facts and errors, as %s',
    async (format) => {
      const url = settings.warehouse?.reveal();
      const facts = {
        err: new Error(`refused ${url}`, { cause: new Error(`key ${key}`) }),
        headers: { authorization: `Bearer ${next}` },
        list: [
          key,
          legacy,
          hashKey,
          encodeURIComponent(hashKey),
          encodeURIComponent(key),
          encodeURIComponent(legacy),
          decodeURIComponent(password),
          `POST ${webhook}`,
          `path ${new URL(webhook).pathname} of ${new URL(webhook).pathname}${new URL(webhook).search}`,
        ],
      };
      const text = await logged(format, facts, `key ${key}, next ${next}, at ${url}`);
      for (const secret of [
        key,
        JSON.stringify(key).slice(1, -1),
        encodeURIComponent(key),
        legacy,
        JSON.stringify(legacy).slice(1, -1),
        encodeURIComponent(legacy),
        hashKey,
        JSON.stringify(hashKey).slice(1, -1),
        next,
        password,
        'p@ss/word',
        webhook,
        new URL(webhook).pathname,
        new URL(webhook).search,
      ])
        expect(text).not.toContain(secret);
      expect(text).toContain('[secret]');
      if (format === 'json') expect(() => JSON.parse(text) as unknown).not.toThrow();
    },
  );
});

describe('what looks like a secret', () => {
  it.each([
    ['a key of another account', 'Bearer pat-na1-aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee', 'aaaaaaaa'],
    ['the password of another database', 'postgres://me:hunter2@other/db', 'hunter2'],
    ['a password with an @ in it', 'postgresql://me:hun@ter2@other/db', 'ter2'],
  ])('%s is struck out too', (_, text, secret) => {
    expect(strikeOut(text, settings)).not.toContain(secret);
  });

  it('leaves the rest as it is', () => {
    const text = 'postgres://keyway@db/crm, contact 7 of me@example.com, run 019a-bbbb';
    expect(strikeOut(text, settings)).toBe(text);
  });

  it('includes a key that was rotated after the log was opened, and the one before', () => {
    const folder = makeFolder();
    onTestFinished(() => folder.remove());
    const file = folder.write('key', 'one-of-the-keys');
    const key = new Secret('one-of-the-keys', file);
    const rotating: Settings = { ...settings, hubspot: { ...settings.hubspot, key } };
    const text = 'one-of-the-keys another-of-the-keys';
    expect(strikeOut(text, rotating)).toBe('[secret] another-of-the-keys');
    folder.write('key', 'another-of-the-keys');
    expect(key.refresh()).toBe(true);
    expect(strikeOut(text, rotating)).toBe('[secret] [secret]');
  });

  it.each([
    ['a header', 'Authorization: Bearer a-token-of-any-form', 'a-token'],
    ['a private key', '-----BEGIN PRIVATE KEY-----\nMIIEv\n-----END PRIVATE KEY-----\n', 'MIIEv'],
    ['a private key in JSON', '{"private_key": "-----BEGIN RSA PRIVATE KEY-----\\nMIIEv\\n"}', 'MIIEv'],
  ])('includes %s', (_, text, secret) => {
    expect(strikeOut(text, settings)).not.toContain(secret);
  });

  it('includes the key that values are hashed with', () => {
    const hashKey = new Secret('0123456789abcdef0123456789abcdef');
    expect(strikeOut(`no ${hashKey.reveal()}`, { ...settings, hashKey })).toBe('no [secret]');
  });
});
