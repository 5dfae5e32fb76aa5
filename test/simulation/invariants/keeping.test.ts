import { expect, it } from 'vitest';
import { openSandbox } from '../../../src/sandbox/index.ts';
import type { Cells } from '../../support/tables.ts';
import { openKeeping } from './keeping.ts';

it('a value that nothing gives any more is missed when it is lost, and so is the row of what is listed no more', async () => {
  const sandbox = openSandbox({ contacts: 20, speed: 0 });
  const id = [...sandbox.world.truth.records('contacts')].find(({ state }) => state === 'active')!.id;
  sandbox.world.addProperty('contacts', { name: 'extra_1', filled: true });
  sandbox.world.archiveProperty('contacts', 'extra_1');
  const definition = { object_type: 'contacts', name: 'extra_1', column_name: 'extra_1', _deleted_at: null };
  const stored: Record<string, Cells[]> = {
    contacts: [{ id, extra_1: 'a', size__was_text: 'b', _deleted_at: null }],
    properties: [definition],
    lists: [{ id: '7', _deleted_at: null }],
  };
  const keeping = openKeeping({ sandbox, tables: { rows: (table) => Promise.resolve(stored[table] ?? []) } });
  expect(await keeping.look({})).toEqual([]);
  sandbox.clock.advance(60_000);
  const now = new Date(sandbox.clock.now()).toISOString();
  stored['lists'] = [{ id: '7', _deleted_at: now }];
  expect(await keeping.look({})).toEqual([]);
  stored['contacts'] = [{ id, extra_1: null, size__was_text: null, _deleted_at: '2001-01-01T00:00:00Z' }];
  stored['lists'] = [];
  const found = await keeping.look({});
  expect(found).toEqual([
    expect.stringMatching(/size__was_text was "b", which nothing gives any more, and is null$/),
    expect.stringMatching(/extra_1 was "a", which nothing gives any more, and is null$/),
    'lists 7: its row vanished',
    expect.stringMatching(/closed at 2001-01-01T00:00:00\.000Z, not between/),
  ]);
  sandbox.world.gdprDelete(id);
  stored['contacts'] = [{ id, extra_1: 'c', _deleted_at: null }];
  await keeping.look({});
  stored['contacts'] = [{ id, extra_1: null, _deleted_at: null }];
  expect(await keeping.look({})).toEqual([]);
});
