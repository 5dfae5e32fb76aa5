import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { everyReadScope } from '../../src/sandbox/index.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import { bendingProxy } from '../support/bending-proxy.ts';
import { compare, isBatch, of, withKeys, without } from './compared-keys.ts';

describe('two keys that read the same', () => {
  it('end with 0, and say how to go on; nothing is written anywhere', async () => {
    const { env, sandbox } = await withKeys();
    const cwd = emptyFolder();
    const { exitCode, stdout, stderr } = await keyway(['keys', 'compare'], { env, cwd });
    expect(stdout).toMatch(/All is the same.*HUBSPOT_LEGACY_TOKEN[^]*keyway keys status/);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^ +contacts +same /m);
    expect(stderr).toMatch(/^Comparing takes up to \d+ calls with each key/m);
    expect(readdirSync(cwd)).toEqual([]);
    expect(sandbox.violations()).toEqual([]);
  });

  it('are told in the same document each time, in no more calls than were announced', async () => {
    const { env } = await withKeys();
    const [one, two] = [await compare(env), await compare(env)];
    expect(one.report).toEqual(two.report);
    expect(Object.keys(one.report)).toEqual([
      'verdict',
      'account',
      'scopes',
      'comparisons',
      'next',
      'calls',
      'exitCode',
    ]);
    expect(of(one, 'contacts')).toEqual({
      pipeline: 'contacts',
      verdict: 'same',
      seen: { legacy: expect.any(Number) as number, key: expect.any(Number) as number },
      sampled: expect.any(Number) as number,
      properties: expect.any(Number) as number,
      remarks: [],
    });
    const { legacy, key, planned } = one.report.calls;
    expect(Math.max(legacy, key)).toBeLessThanOrEqual(planned.ifSame);
  });

  it('are compared by a sample over all ids, archived records too, and as large as is asked for', async () => {
    const { env, sandbox } = await withKeys(everyReadScope, { contacts: 900 });
    const read = new Map<string, string[]>();
    const url = await bendingProxy(
      () => sandbox.url,
      (passing) => {
        if (!isBatch({ ...passing, path: passing.path.split('?')[0]! }, 'contacts')) return undefined;
        const { inputs } = JSON.parse(passing.sent) as { inputs: { id: string }[] };
        const name = `${passing.authorization} ${passing.path.includes('archived=true')}`;
        read.set(name, [...(read.get(name) ?? []), ...inputs.map(({ id }) => id)]);
        return undefined;
      },
    );
    const result = await compare({ ...env, HUBSPOT_BASE_URL: url }, 'contacts', '--sample', '40');
    expect(result.exitCode).toBe(0);
    const [legacy, key] = [env['HUBSPOT_LEGACY_TOKEN'], env['HUBSPOT_SERVICE_KEY']];
    for (const archived of ['false', 'true'])
      expect(read.get(`Bearer ${legacy} ${archived}`)).toEqual(read.get(`Bearer ${key} ${archived}`));
    const living = read.get(`Bearer ${legacy} false`)!;
    expect(living.length).toBeGreaterThan(30);
    expect(living.length).toBeLessThanOrEqual(40);
    const all = [...sandbox.world.truth.records('contacts')].map(({ id }) => Number(id));
    const quarter = (Math.max(...all) - Math.min(...all)) / 4;
    for (const part of [0, 1, 2, 3]) {
      const from = Math.min(...all) + part * quarter;
      expect(
        living.some((id) => Number(id) >= from && Number(id) <= from + quarter),
        String(part),
      ).toBe(true);
    }
    expect(read.get(`Bearer ${legacy} true`)!.length).toBeGreaterThan(0);
  });

  it.each([1, 2, 3])('do not differ by what people change meanwhile (seed %i)', async (seed) => {
    const { env, sandbox } = await withKeys(everyReadScope, { seed, contacts: 120 });
    sandbox.churnEvery(2, 3);
    const result = await compare(env);
    const differences = result.report.comparisons.flatMap(({ pipeline, remarks }) =>
      remarks
        .filter(({ weight }) => weight === 'difference')
        .map(({ text }) => `${pipeline}: ${String(text)}`),
    );
    expect(differences).toEqual([]);
    expect(result.exitCode).toBe(0);
  });

  it('stay within what the account may search in a second', async () => {
    const { env, sandbox } = await withKeys(everyReadScope, {
      limits: { burst: 190, search: 5, associations: 150, daily: 1_000_000 },
      contacts: 300,
    });
    const {
      KEYWAY_RATE_LIMIT__SEARCH_PER_SECOND: _s,
      KEYWAY_RATE_LIMIT__ASSOCIATIONS_PER_SECOND: _a,
      ...rest
    } = env;
    const result = await compare({ ...rest, KEYWAY_PIPELINES: 'contacts,deals' });
    expect(result.exitCode).toBe(0);
    expect(Object.keys(sandbox.requests().counts).filter((line) => !line.endsWith(' 200'))).toEqual([]);
  });
});

describe('a Service Key that reads less', () => {
  it('of an object that is synced ends with 5 and names the scope to tick', async () => {
    const { env } = await withKeys(without('crm.objects.deals.read'));
    const result = await compare(env);
    expect(result.exitCode).toBe(5);
    expect(result.report.verdict).toBe('different');
    expect(of(result, 'deals')).toMatchObject({
      verdict: 'different',
      remarks: [{ weight: 'difference', about: 'refusal', seenBy: 'legacy' }],
    });
    expect(result.report.scopes.toTick).toEqual(['crm.objects.deals.read']);
    expect(result.report.next.join(' ')).toMatch(/Tick .*: crm\.objects\.deals\.read\. Then compare again/);
    expect(of(result, 'contacts').verdict).toBe('same');
  });

  it('is told of one scope for each thing, of several that would do', async () => {
    const { env, sandbox, key } = await withKeys(without('tickets', 'crm.objects.deals.read'));
    const tick = /Tick .*: crm\.objects\.deals\.read, tickets\. Then compare/;
    const asking = { ...env, KEYWAY_PIPELINES: 'deals,tickets' };
    expect((await compare(asking)).report.next.join(' ')).toMatch(tick);
    sandbox.world.keys.setTokenInfo('not found', key);
    expect((await compare(asking)).report.next.join(' ')).toMatch(tick);
    sandbox.world.keys.setTokenInfo('answers', key);
    sandbox.world.keys.grant([...everyReadScope, 'crm.objects.tickets.read']);
    expect((await compare(asking)).report.next.join(' ')).toMatch(
      /: crm\.objects\.deals\.read, [\w.]+\. Then/,
    );
  });

  it('of what e-mails say is found by its scope and by what is missing', async () => {
    const { env } = await withKeys(without('sales-email-read'));
    const result = await compare({ ...env, KEYWAY_PIPELINES: 'emails' });
    expect(of(result, 'emails').remarks).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ about: 'scope', seenBy: 'legacy', scopes: ['sales-email-read'] }),
        expect.objectContaining({ about: 'value', property: 'hs_email_text', scopes: ['sales-email-read'] }),
      ]),
    );
    expect(result.report.scopes.toTick).toEqual(['sales-email-read']);
  });

  it('of nothing that the other reads is no difference, however much neither reads', async () => {
    const few = ['oauth', 'crm.objects.contacts.read'];
    const { env, sandbox } = await withKeys(few);
    sandbox.world.keys.grant([...few, 'crm.objects.moons.read']);
    const { exitCode, stdout } = await keyway(['keys', 'compare'], { env });
    expect(exitCode).toBe(0);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(
      'Neither key may read: companies, deals, owners, object_schemas, lists.',
    );
    const all = await compare({ ...env, KEYWAY_PIPELINES: 'deals' });
    expect([all.exitCode, all.report.verdict]).toEqual([1, 'not comparable']);
  });

  it('of an object that is not synced is no difference, but a note', async () => {
    const { env } = await withKeys(without('crm.objects.leads.read', 'tickets'));
    const { exitCode, stdout } = await keyway(['keys', 'compare'], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/Only the legacy token has: crm\.objects\.leads\.read, tickets/);
    expect(stdout).not.toContain('To tick');
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /can do without .*tickets.*allow changes in HubSpot: tickets\./,
    );
  });

  it('of an object is a difference in the comparison that was asked for alone', async () => {
    const { env } = await withKeys(without('crm.objects.deals.read'));
    expect((await compare(env, 'contacts')).exitCode).toBe(0);
    expect((await compare(env, 'deals')).exitCode).toBe(5);
  });

  it.each([
    ['absent', 'answers'],
    ['absent', 'not found'],
    ['null', 'forbidden'],
    ['refuse', 'not found'],
  ] as const)(
    'of sensitive values is found where HubSpot gives them as %s, and its scopes: %s',
    async (sensitiveWithoutScope, tokenInfo) => {
      const sensitive = 'crm.objects.contacts.sensitive.read';
      const { env, sandbox, key } = await withKeys(everyReadScope, { unknowns: { sensitiveWithoutScope } });
      sandbox.world.keys.grant([...everyReadScope, sensitive]);
      sandbox.world.keys.setTokenInfo(tokenInfo, key);
      const asking = { ...env, KEYWAY_SENSITIVITY__SENSITIVE: 'include' };
      const result = await compare(asking, 'contacts');
      expect(result.exitCode).toBe(5);
      expect(JSON.stringify(of(result, 'contacts').remarks)).toContain(sandboxSensitive);
      expect(result.report.next.join(' ')).toContain(sensitive);
      // Nobody has asked for it here: then it is not even looked at.
      expect((await compare(env, 'contacts')).exitCode).toBe(0);
    },
  );

  it('is found though HubSpot does not say which scopes it has', async () => {
    const { env, sandbox, key } = await withKeys(
      without('crm.objects.deals.read', 'crm.objects.owners.read'),
    );
    sandbox.world.keys.setTokenInfo('not found', key);
    const { exitCode, stdout } = await keyway(['keys', 'compare'], { env });
    expect(exitCode).toBe(5);
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('HubSpot does not say which scopes the Service Key has');
    expect(text).toMatch(/Tick .*: crm\.objects\.deals\.read, crm\.objects\.owners\.read\./);
  });

  it('than the legacy token does not: more is a difference, too, that loses nothing', async () => {
    const { env, sandbox } = await withKeys();
    sandbox.world.keys.grant(without('crm.objects.deals.read'));
    const result = await compare(env);
    expect(result.exitCode).toBe(5);
    expect(result.report.scopes.toTick).toEqual([]);
    expect(result.report.next.join(' ')).toMatch(/reads all that the legacy token does, and more/);
  });
});

/** The one property of contacts that the sandbox calls sensitive. */
const sandboxSensitive = 'passport_number';

describe('a comparison that cannot be', () => {
  it('for want of one of the two ends with 2 and says which', async () => {
    const { env } = await withKeys();
    for (const [missing, says] of [
      ['HUBSPOT_LEGACY_TOKEN', /No legacy token: .*HUBSPOT_LEGACY_TOKEN_FILE/],
      ['HUBSPOT_SERVICE_KEY', /No HubSpot Service Key: .*HUBSPOT_SERVICE_KEY_FILE/],
    ] as const) {
      const { exitCode, stdout, stderr } = await keyway(['keys', 'compare'], {
        env: { ...env, [missing]: '' },
      });
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(says);
    }
  });

  it('since both are the same value ends with 2 before the first request', async () => {
    const { env, sandbox, key } = await withKeys();
    const { exitCode, stderr } = await keyway(['keys', 'compare'], {
      env: { ...env, HUBSPOT_LEGACY_TOKEN: key },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('hold the same value');
    expect(sandbox.requests().total).toBe(0);
  });

  it.each(['legacy', 'key'] as const)(
    'since HubSpot refuses one ends with 3 and says which: %s',
    async (which) => {
      const account = await withKeys();
      account.sandbox.world.keys.revoke(account[which]);
      const { exitCode, stdout, stderr } = await keyway(['keys', 'compare'], { env: account.env });
      expect([exitCode, stdout]).toEqual([3, '']);
      const name = which === 'legacy' ? 'the legacy token' : 'the Service Key';
      expect(stderr).toContain(`About ${name}: HubSpot does not know this key`);
      expect(account.sandbox.violations().filter(({ rule }) => rule === 'request after 401')).toEqual([]);
    },
  );

  it('since the day is used up ends with 75', async () => {
    const { env, sandbox } = await withKeys();
    sandbox.faults.add({ kind: 'daily 429', match: /deals/ });
    const { exitCode, stderr } = await keyway(['keys', 'compare'], { env });
    expect(exitCode).toBe(75);
    expect(stderr).toContain('used up');
  });

  it('since HubSpot fails at one object is told of that alone, and ends with 1', async () => {
    const { env, sandbox } = await withKeys();
    sandbox.faults.add({ kind: 'no results key', match: /properties\/[\d-]+\/deals/ });
    const result = await compare(env);
    expect(result.exitCode).toBe(1);
    expect(of(result, 'deals')).toMatchObject({ verdict: 'not comparable', remarks: [{ about: 'failure' }] });
    expect(of(result, 'contacts').verdict).toBe('same');
  });
});
