import { expect, test } from 'vitest';
import { objects, openAccount } from './account.ts';

const mebibytes = (): number => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 2 ** 20;
};

test('a million contacts are opened, paged, searched and changed without being held', async () => {
  const before = mebibytes();
  const { sandbox, get, post } = await openAccount({ contacts: 1_000_000, extraProperties: 150 });
  const properties = sandbox.world.truth
    .properties('contacts')
    .slice(0, 100)
    .map(({ spec }) => encodeURIComponent(spec.name));
  let after = '';
  const seen = new Set<string>();
  for (let page = 0; page < 20; page += 1) {
    const { body } = await get(`${objects}/contacts?limit=100&properties=${properties.join(',')}${after}`);
    for (const { id } of body.results) seen.add(id);
    after = `&after=${body.paging.next.after}`;
  }
  expect(seen.size).toBe(2000);
  const far = await get(`${objects}/contacts?limit=1&after=101006900000`);
  expect(Number(far.body.results[0].id)).toBeGreaterThanOrEqual(101_006_900_000);
  sandbox.world.businessDay({ fraction: 0.0005 });
  const filters = [
    { propertyName: 'lastmodifieddate', operator: 'GTE', value: String(sandbox.clock.now() - 86_400_000) },
  ];
  const { body } = await post(`${objects}/contacts/search`, { filterGroups: [{ filters }] });
  expect(body.total).toBeGreaterThan(100);
  expect(mebibytes() - before).toBeLessThan(400);
});
