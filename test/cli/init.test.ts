import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { withSandbox } from '../app/account.ts';
import { withDatabase } from '../support/postgres.ts';
import { atTerminal, hasTerminals, keys, type Conversation } from './pseudo-terminal.ts';
import { emptyFolder } from './run-keyway.ts';

const read = (name: string): string => `crm.objects.${name}.read`;

if (!hasTerminals) process.stderr.write('SKIPPED: there is no python3 for a pseudo-terminal\n');

function begin(sandbox: Sandbox, cwd = emptyFolder(), more = {}): { talk: Conversation; cwd: string } {
  return { talk: atTerminal(['init'], { env: { HUBSPOT_BASE_URL: sandbox.url, ...more }, cwd }), cwd };
}

/** The questions, in their order, with what answers each. */
const walk = (sandbox: Sandbox): readonly (readonly [string, string])[] => [
  ['Paste the Service Key', `${sandbox.key}${keys.enter}`],
  ['Is this the account', keys.enter],
  ['What shall be copied?', `${keys.down}${keys.enter}`],
  ['Which ones?', keys.enter],
  ['Some scopes are missing', `${keys.down}${keys.enter}`],
  ['Where shall the rows go?', keys.enter],
  ['Write config/keyway.yaml', keys.enter],
];

async function answer(talk: Conversation, steps: readonly (readonly [string, string])[]): Promise<void> {
  for (const [question, text] of steps) {
    await talk.until(question);
    if (text !== '') talk.type(text);
  }
}

const few = { contacts: 20, scopes: [read('contacts')] };

describe.skipIf(!hasTerminals)('keyway init', () => {
  it('walks from the key to the first sync, and shows the key nowhere', async () => {
    const [sandbox, database] = [
      await withSandbox({ contacts: 20, scopes: [read('contacts'), read('deals')] }),
      await withDatabase(),
    ];
    const { talk, cwd } = begin(sandbox);
    await answer(talk, [
      ['Paste the Service Key', `  Bearer "${sandbox.key}" ${keys.enter}`],
      ['HubSpot account 1234567 (STANDARD, US/Eastern, EUR)', ''],
      ['Is this the account', keys.enter],
      ['What shall be copied?', `${keys.down}${keys.enter}`],
      // Contacts and companies: contacts are marked, companies are not.
      ['Which ones?', keys.enter],
      ['Some scopes are missing', `${keys.down}${keys.enter}`],
      ['Where shall the rows go?', `${keys.down}${keys.enter}`],
      ['Its URL', `${database.url}${keys.enter}`],
      ['Write config/keyway.yaml, and .env', keys.enter],
      ['Run the first sync now?', keys.enter],
    ]);
    // E-mails are named, and can only be read in part.
    expect(await talk.ended).toBe(4);
    expect(talk.screen()).not.toContain(sandbox.key);
    expect(talk.screen()).not.toContain(new URL(database.url).password || 'no password');
    const yaml = readFileSync(join(cwd, 'config/keyway.yaml'), 'utf8');
    expect(yaml).not.toContain(sandbox.key);
    expect(statSync(join(cwd, '.env')).mode & 0o777).toBe(0o600);
    const settings = readSettings({ env: {}, cwd, known: knownNames });
    expect(settings.pipelines).toEqual(expect.arrayContaining(['contacts', 'deals', 'emails', 'properties']));
    expect(settings.pipelines).not.toContain('companies');
    expect(settings.hubspot.key?.reveal()).toBe(sandbox.key);
    expect(settings.warehouse?.reveal()).toBe(database.url);
    expect(await database.query('select from hubspot.contacts')).toHaveLength(20);
  });

  it.each(walk({ key: '' } as Sandbox).map(([question], index) => [question, index] as const))(
    'left by Ctrl-C at "%s" writes nothing and ends with 130',
    async (question, index) => {
      const sandbox = await withSandbox(few);
      const { talk, cwd } = begin(sandbox);
      await answer(talk, walk(sandbox).slice(0, index));
      await talk.until(question);
      talk.type(keys.ctrlC);
      expect(await talk.ended).toBe(130);
      expect(talk.screen()).toContain('Nothing was written.');
      expect(readdirSync(cwd)).toEqual([]);
    },
  );

  it('left by Ctrl-C while HubSpot is asked writes nothing and ends with 130', async () => {
    const sandbox = await withSandbox(few);
    sandbox.faults.add({ kind: 'hang', match: '/account-info/' });
    const { talk, cwd } = begin(sandbox);
    await answer(talk, [...walk(sandbox).slice(0, 1), ['Asking HubSpot', keys.ctrlC]]);
    expect(await talk.ended).toBe(130);
    expect(talk.screen()).toContain('Nothing was written.');
    expect(readdirSync(cwd)).toEqual([]);
  });

  it('left by Ctrl-C when all is written says so', async () => {
    const sandbox = await withSandbox(few);
    const { talk, cwd } = begin(sandbox);
    await answer(talk, [...walk(sandbox), ['Run the first sync now?', keys.ctrlC]]);
    expect(await talk.ended).toBe(130);
    expect(talk.screen()).toContain('All is written. Next: keyway sync');
    expect(existsSync(join(cwd, 'config/keyway.yaml'))).toBe(true);
  });

  it('says at once that it is the wrong kind of key, what HubSpot says of it, and asks again', async () => {
    const sandbox = await withSandbox(few);
    const { talk } = begin(sandbox);
    await answer(talk, [
      ['Paste the Service Key', `12345678-1234-1234-1234-123456789abc${keys.enter}`],
      ['an old API key (hapikey)', ''],
      ['HubSpot cannot read this key', ''],
      ['◆ Paste the Service Key', `a b${keys.enter}`],
      ['No key has a space', keys.enter],
      ['Paste the Service Key, then press Enter', `${sandbox.key}${keys.enter}`],
      ['Is this the account', keys.ctrlC],
    ]);
    expect(await talk.ended).toBe(130);
  });

  it('takes a key without scopes, and checks again once they are ticked', async () => {
    const sandbox = await withSandbox({ contacts: 20, scopes: ['oauth'] });
    const { talk, cwd } = begin(sandbox);
    await answer(talk, [
      ...walk(sandbox).slice(0, 2),
      ['What shall be copied?', `${keys.down}${keys.enter}`],
      // Only what needs no scope is marked: account. Contacts come first in the list.
      ['Which ones?', `${keys.down}${keys.space}${keys.enter}`],
      ['missing: crm.objects.contacts.read', ''],
    ]);
    await talk.until('Some scopes are missing');
    expect(talk.screen()).toContain('Settings → Integrations → Service Keys');
    sandbox.world.keys.grant([read('contacts')]);
    talk.type(keys.enter);
    await answer(talk, [
      ['The key has these scopes and no other', ''],
      ['Where shall the rows go?', keys.enter],
      ['Write config/keyway.yaml', keys.enter],
      ['Run the first sync now?', `${keys.right}${keys.enter}`],
    ]);
    expect(await talk.ended).toBe(0);
    expect(readSettings({ env: {}, cwd, known: knownNames }).pipelines?.toSorted()).toEqual([
      'account',
      'contacts',
    ]);
  });

  it('asks before it replaces settings, keeps them beside the new ones, and leaves the environment what it holds', async () => {
    const [sandbox, database, cwd] = [await withSandbox(few), await withDatabase(), emptyFolder()];
    const [file, older] = [join(cwd, 'keyway.yaml'), '# mine\n'];
    writeFileSync(file, older);
    const set = {
      KEYWAY_CONFIG: 'keyway.yaml',
      HUBSPOT_SERVICE_KEY: sandbox.key,
      KEYWAY_WAREHOUSE: database.url,
    };
    const kept = begin(sandbox, cwd, set);
    await answer(kept.talk, [['There is keyway.yaml already', keys.enter]]);
    expect(await kept.talk.ended).toBe(130);
    expect(readFileSync(file, 'utf8')).toBe(older);
    const { talk } = begin(sandbox, cwd, set);
    await answer(talk, [
      ['There is keyway.yaml already', `${keys.right}${keys.enter}`],
      ['Which Service Key?', keys.enter],
      ['Is this the account', keys.enter],
      ['What shall be copied?', keys.enter],
      ['Not everything can be read', keys.enter],
      ['Where KEYWAY_WAREHOUSE says', keys.enter],
      ['Write keyway.yaml?', keys.enter],
      ['Run the first sync now?', keys.enter],
    ]);
    expect(await talk.ended).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('# pipelines: [contacts, companies, deals]');
    const [old = ''] = readdirSync(cwd).filter((name) => name.startsWith('keyway.yaml.'));
    expect(readFileSync(join(cwd, old), 'utf8')).toBe(older);
    expect(readFileSync(join(cwd, '.env'), 'utf8')).not.toMatch(new RegExp(`${sandbox.key}|${database.url}`));
    expect(await database.query('select from hubspot.contacts')).toHaveLength(20);
  });

  it('says when another key of the shell goes before the one that was pasted, and does not sync with that', async () => {
    const sandbox = await withSandbox({ contacts: 1 });
    const { talk, cwd } = begin(sandbox, emptyFolder(), { HUBSPOT_SERVICE_KEY: sandbox.world.keys.add([]) });
    await answer(talk, [
      ['Which Service Key?', `${keys.down}${keys.enter}`],
      ['Paste the Service Key', `${sandbox.key}${keys.enter}`],
      ['Is this the account', keys.enter],
      ['What shall be copied?', keys.enter],
      ['Where shall the rows go?', keys.enter],
      ['Write config/keyway.yaml', keys.enter],
      ['goes before the key in .env: unset it', ''],
    ]);
    expect(await talk.ended).toBe(0);
    expect(readdirSync(cwd).toSorted()).toEqual(['.env', 'config']);
  });

  it('tells of a warehouse that cannot be used, and asks for another', async () => {
    const sandbox = await withSandbox(few);
    const { talk } = begin(sandbox);
    await answer(talk, [
      ...walk(sandbox).slice(0, 5),
      ['Where shall the rows go?', `${keys.down}${keys.enter}`],
      ['Its URL', `mysql://x${keys.enter}`],
      ['must be a URL such as postgres://', `postgres://u:s3cretpw@127.0.0.1:1/none${keys.enter}`],
      ['cannot be reached', ''],
      ['◆ Where shall the rows go?', keys.ctrlC],
    ]);
    expect(await talk.ended).toBe(130);
    expect(talk.screen()).not.toContain('s3cretpw');
  });
});
