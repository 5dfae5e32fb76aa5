import { describe, expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { bendingProxy, noLinks, type Passing } from '../support/bending-proxy.ts';
import type { Environment } from './account.ts';
import { compare, isBatch, of, withKeys, type Account } from './compared-keys.ts';

describe('a difference that was planted', () => {
  async function bent(
    account: Account,
    bend: (passing: Passing) => Partial<Pick<Passing, 'status' | 'body'>> | undefined,
  ): Promise<Environment> {
    const url = await bendingProxy(
      () => account.sandbox.url,
      (passing) => (passing.authorization === `Bearer ${account.key}` ? bend(passing) : undefined),
    );
    return { ...account.env, HUBSPOT_BASE_URL: url };
  }

  it.each([
    ['another value', 'other', 'both'],
    ['no value', '', 'legacy'],
  ])('in one value of one record is found: %s', async (_, value, seenBy) => {
    const account = await withKeys();
    let planted = '';
    const env = await bent(account, (passing) => {
      if (!isBatch(passing, 'contacts')) return undefined;
      const body = passing.body as { results: { id: string; properties: Record<string, string | null> }[] };
      planted ||= body.results.find(({ properties }) => properties['email'])!.id;
      const results = body.results.map((record) =>
        record.id === planted ? { ...record, properties: { ...record.properties, email: value } } : record,
      );
      return { body: { ...body, results } };
    });
    const result = await compare(env);
    expect(result.exitCode).toBe(5);
    expect(of(result, 'contacts').remarks).toMatchObject([
      { weight: 'difference', about: 'value', seenBy, property: 'email', count: 1, examples: [planted] },
    ]);
    expect(result.report.comparisons.filter(({ verdict }) => verdict !== 'same')).toHaveLength(1);
    expect(result.report.calls.key).toBeLessThanOrEqual(result.report.calls.planned.ifDifferent);
  });

  it('in all that is told, and another at each look, takes no more calls than were announced', async () => {
    const account = await withKeys();
    let told = 0;
    const env = await bent(account, ({ path, body }) => {
      told += 1;
      const { results = [], total = 0 } = body as { results?: object[]; total?: number };
      const withResults = (change: object): { body: object } => ({
        body: { ...(body as object), results: results.map((each) => ({ ...each, ...change })) },
      });
      if (/\/objects\/.*\/batch\/read/.test(path))
        return withResults({ properties: { email: String(told) } });
      if (/\/properties\/[\d-]+\/\w+$/.test(path)) return withResults({ label: String(told) });
      return path.endsWith('/search') ? { body: { ...(body as object), total: total + told } } : undefined;
    });
    const { report } = await compare(env, 'contacts');
    const { legacy, key, planned } = report.calls;
    expect(Math.max(legacy, key)).toBeLessThanOrEqual(planned.ifDifferent);
    expect(Math.max(legacy, key)).toBeGreaterThan(planned.ifSame);
  });

  it('in the links is found, though people go on working', async () => {
    const account = await withKeys();
    account.sandbox.churnEvery(3, 2, { objects: ['contacts', 'companies'] });
    const env = await bent(account, (passing) =>
      /associations\/[\d-]+\/deals\/contacts\/batch\/read/.test(passing.path) ? noLinks(passing) : undefined,
    );
    const result = await compare(env);
    expect(result.exitCode).toBe(5);
    expect(of(result, 'associations').remarks).toMatchObject([
      { about: 'link', seenBy: 'legacy', text: expect.stringContaining('from deals to contacts') as string },
    ]);
  });

  it('in a count, a definition, an owner and a record in the bin is found', async () => {
    const account = await withKeys();
    const env = await bent(account, ({ path, body }) => {
      const { results = [], total = 0 } = body as { results?: { id: string }[]; total?: number };
      if (path.endsWith('/companies/search')) return { body: { ...(body as object), total: total + 1 } };
      if (/properties\/[\d-]+\/deals$/.test(path))
        return { body: { results: results.filter((each) => (each as { name?: string }).name !== 'amount') } };
      if (/owners\/[\d-]+\?/.test(path) && path.includes('archived=false'))
        return { body: { ...(body as object), results: results.slice(1) } };
      if (path.includes('contacts/batch/read?archived=true'))
        return { body: { ...(body as object), results: results.slice(1) } };
      return undefined;
    });
    const result = await compare(env);
    const found = result.report.comparisons.flatMap(({ pipeline, remarks }) =>
      remarks.map(({ about }) => `${pipeline}: ${String(about)}`),
    );
    expect(found).toEqual(
      expect.arrayContaining(['companies: count', 'deals: property', 'owners: entry', 'contacts: record']),
    );
    expect(result.exitCode).toBe(5);
  });

  it('passes unnoticed when it is gone at the second look', async () => {
    const account = await withKeys();
    let times = 0;
    const env = await bent(account, (passing) => {
      if (!isBatch(passing, 'contacts') || (times += 1) > 1) return undefined;
      const body = passing.body as { results: { properties: Record<string, string | null> }[] };
      const results = body.results.map((each) => ({
        ...each,
        properties: { ...each.properties, email: 'x' },
      }));
      return { body: { ...body, results } };
    });
    expect((await compare(env)).exitCode).toBe(0);
    expect(times).toBeGreaterThan(1);
  });

  it('that makes of two accounts one ends with 3 and names both', async () => {
    const account = await withKeys();
    const env = await bent(account, ({ path, body }) =>
      path.startsWith('/account-info/') ? { body: { ...(body as object), portalId: 7654321 } } : undefined,
    );
    const { exitCode, stdout, stderr } = await keyway(['keys', 'compare'], { env });
    expect([exitCode, stdout]).toEqual([3, '']);
    expect(stderr).toMatch(
      /legacy token belongs to HubSpot account 1234567, .* Service Key to account 7654321/,
    );
    expect(account.sandbox.requests().total).toBe(2);
  });
});

describe('what is told', () => {
  it('holds neither a key nor a value of a record, on the terminal or in the document', async () => {
    const { env, sandbox, legacy, key } = await withKeys();
    const url = await bendingProxy(
      () => sandbox.url,
      ({ authorization, path, body }) => {
        if (!authorization.includes(key) || !path.includes('/objects/') || !path.includes('/batch/read'))
          return undefined;
        const { results } = body as { results: { properties: Record<string, string | null> }[] };
        const bentOnes = results.map((each) => ({
          ...each,
          properties: Object.fromEntries(
            Object.entries(each.properties).map(([name, value]) => [
              name,
              value === null ? null : `planted ${value}`,
            ]),
          ),
        }));
        return { body: { ...(body as object), results: bentOnes } };
      },
    );
    const env2 = { ...env, HUBSPOT_BASE_URL: url, LOG_LEVEL: 'trace' };
    const [text, json] = [await keyway(['keys', 'compare'], { env: env2 }), await compare(env2)];
    expect([text.exitCode, json.exitCode]).toEqual([5, 5]);
    expect(json.stdout).toContain('"property": "email"');
    const said = [text, json].map(({ stdout, stderr }) => stdout + stderr).join('');
    for (const secret of [legacy, key, 'planted']) expect(said).not.toContain(secret);
    for (const record of sandbox.world.truth.records('contacts'))
      for (const name of ['email', 'lastname', 'phone']) {
        const value = record.properties[name] ?? '';
        if (value.length > 5) expect(said).not.toContain(value);
      }
  });
});
