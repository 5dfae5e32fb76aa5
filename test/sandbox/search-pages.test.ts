import { expect, test } from 'vitest';
import { objects, openAccount } from './account.ts';
import type { Account, Reply } from './account.ts';

const find = ({ post }: Account, body: object): Promise<Reply> => post(`${objects}/contacts/search`, body);
const idsIn = ({ body }: Reply): string[] => body.results.map(({ id }: { id: string }) => id);

test('rows change places anew in each answer, and no further than they may', async () => {
  const account = await openAccount({ contacts: 150, reorder: 0.5, reorderDistance: 4 });
  const calm = idsIn(await find(await openAccount({ contacts: 150, reorder: 0 }), { limit: 200 }));
  const answers = [idsIn(await find(account, { limit: 200 })), idsIn(await find(account, { limit: 200 }))];
  expect(answers[0]).not.toEqual(answers[1]);
  for (const ids of answers) {
    expect(ids.toSorted()).toEqual(calm.toSorted());
    const moves = ids.map((id, i) => Math.abs(calm.indexOf(id) - i));
    expect(Math.max(...moves)).toBe(4);
  }
});

test('pages and queries can be made smaller than HubSpot’s', async () => {
  const account = await openAccount({ searchPage: 7, searchCap: 20 });
  expect((await find(account, { limit: 8 })).status).toBe(400);
  expect((await find(account, { limit: 7, after: 13 })).status).toBe(200);
  expect((await find(account, { limit: 7, after: 14 })).status).toBe(400);
});
