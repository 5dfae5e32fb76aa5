import { describe, expect, it } from 'vitest';
import type { IdQuery, StoredId, Warehouse } from '../../../src/warehouse.ts';
import type { WarehouseKind } from '../conformance.ts';
import {
  commit,
  firm,
  firms,
  laterThan,
  links,
  monday,
  people,
  person,
  prepare,
  tuesday,
  upsert,
} from './world.ts';

const gone = '2026-02-01T00:00:00.000Z';
const alive = { living: true, archived: false };
const binned = { living: false, archived: true };
const dead = { living: false, archived: false };

async function chunksOf(warehouse: Warehouse, query: IdQuery): Promise<readonly (readonly string[])[]> {
  const chunks = await Array.fromAsync(warehouse.ids(query));
  return chunks.map((chunk) => chunk.map(({ id }) => id));
}

async function allOf(warehouse: Warehouse, query: Omit<IdQuery, 'chunk'>): Promise<readonly StoredId[]> {
  return (await Array.fromAsync(warehouse.ids({ ...query, chunk: 2 }))).flat();
}

const ids = (stored: readonly StoredId[]): readonly string[] => stored.map(({ id }) => id);

export function idsLaws(kind: WarehouseKind): void {
  describe('ids', () => {
    it('come in numeric order, a chunk at a time, within the bounds', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = ['9', '10', '100', '2', '9007199254740993', '33'];
      await commit(warehouse, upsert(given.map((id) => person({ id }))));
      const sorted = [
        ['2', '9'],
        ['10', '33'],
        ['100', '9007199254740993'],
      ];
      const query: IdQuery = { table: 'people', state: 'any', chunk: 2 };
      expect(await chunksOf(warehouse, query)).toEqual(sorted);
      expect(await chunksOf(warehouse, { ...query, writtenSince: 0 })).toEqual(sorted);
      for (const more of [{}, { writtenSince: 0 }]) {
        const bounded = chunksOf(warehouse, { ...query, chunk: 9, after: '9', upTo: '100', ...more });
        expect(await bounded).toEqual([['10', '33', '100']]);
      }
      for (const more of [{ after: '9007199254740993' }, { writtenSince: 9e12 }]) {
        expect(await chunksOf(warehouse, { ...query, ...more })).toEqual([]);
      }
    });

    it('tell which rows hold nothing of what was named, such as cleared ones', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const rows = [
        firm({ id: '1', name: 'one' }),
        firm({ id: '2', score: '2' }),
        firm({ id: '3' }),
        firm({ id: '4', score: '2', deletedAt: gone }),
      ];
      await commit(warehouse, upsert(rows, firms));
      const told = async (
        open: readonly string[],
        closed: readonly string[],
      ): Promise<readonly unknown[]> => {
        const telling = { open, closed };
        const query = { table: 'firms', state: 'any', telling } as const;
        const stored = await allOf(warehouse, query);
        expect(await allOf(warehouse, { ...query, writtenSince: 0 })).toEqual(stored);
        return stored.map(({ empty }) => empty);
      };
      expect(await told(['name', 'score', 'no such column'], ['name'])).toEqual([false, false, true, true]);
      expect(await told(['name'], ['name', 'score'])).toEqual([false, true, true, false]);
      expect(await told([], ['name'])).toEqual([undefined, undefined, undefined, true]);
      expect(await told(['no such column'], [])).toEqual([undefined, undefined, undefined, undefined]);
    });

    it('tell the living, the archived and the gone apart', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const three = [person({ id: '1' }), person({ id: '2', archived: true }), person({ id: '3' })];
      await commit(warehouse, upsert(three), {
        kind: 'close',
        table: people,
        closures: [{ id: '3', deletedAt: gone }],
      });
      const updatedAt = Date.parse(monday);
      const stored = (state: IdQuery['state']): Promise<unknown> =>
        allOf(warehouse, { table: 'people', state });
      expect(await stored('living')).toEqual([{ ...alive, id: '1', updatedAt }]);
      expect(await stored('archived')).toEqual([{ ...binned, id: '2', updatedAt }]);
      expect(await stored('open')).toEqual([
        { ...alive, id: '1', updatedAt },
        { ...binned, id: '2', updatedAt },
      ]);
      expect(await stored('any')).toEqual([
        { ...alive, id: '1', updatedAt },
        { ...binned, id: '2', updatedAt },
        { ...dead, id: '3', updatedAt },
      ]);
      expect(await warehouse.rowCounts(['people', 'links', 'nowhere'])).toEqual(
        new Map([
          ['links', { rows: 0, living: 0 }],
          ['people', { rows: 3, living: 1 }],
        ]),
      );
    });

    it('come with the version and the instant of archiving, where the row has them', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const archivedAt = '2026-01-07T00:00:00.123Z';
      await commit(
        warehouse,
        upsert(
          [
            firm({ id: '1', version: tuesday }),
            firm({ id: '2', archivedAt }),
            firm({ id: '3', version: null }),
          ],
          firms,
        ),
      );
      expect(await allOf(warehouse, { table: 'firms', state: 'any' })).toEqual([
        { ...alive, id: '1', updatedAt: Date.parse(tuesday) },
        { ...binned, id: '2', updatedAt: Date.parse(monday), archivedAt: Date.parse(archivedAt) },
        { ...alive, id: '3' },
      ]);
    });

    it('come with how full their rows are, where that is asked', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [
        firm({ id: '1', name: 'Ada', tags: ['a'], score: '1' }),
        firm({ id: '2', extra: '{"town": "x", "other": "y"}' }),
        firm({ id: '3', name: 'Cleo', extra: '{"other": "y"}' }),
      ];
      await commit(warehouse, upsert(given, firms));
      const fullness = { columns: ['name', 'tags', 'nowhere'], members: ['town', '__proto__'] };
      const stored = await allOf(warehouse, { table: 'firms', state: 'any', fullness });
      expect(stored.map((each) => each.fullness)).toEqual([
        { filled: 2, elsewhere: false },
        { filled: 0, elsewhere: true },
        { filled: 1, elsewhere: false },
      ]);
      const wide = { columns: Array.from({ length: 230 }, () => 'name'), members: [] };
      const [first] = await allOf(warehouse, { table: 'firms', state: 'any', fullness: wide });
      expect(first?.fullness).toEqual({ filled: 230, elsewhere: false });
    });

    it('of rows that were written since an instant are those that were really written', async () => {
      const { open, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const given = [1, 2, 3, 4, 5].map((id) => person({ id: String(id) }));
      await commit(warehouse, upsert(given));
      const since = await laterThan(warehouse, (await stamps(people)).at(-1) ?? '');
      await commit(
        warehouse,
        upsert([person({ id: '1' }), person({ id: '2', name: 'new' }), person({ id: '6' })]),
        { kind: 'close', table: people, closures: [{ id: '4', deletedAt: gone }] },
      );
      const written = async (state: IdQuery['state'], writtenSince: number): Promise<readonly string[]> =>
        ids(await allOf(warehouse, { table: 'people', state, writtenSince }));
      expect(await written('any', since)).toEqual(['2', '4', '6']);
      expect(await written('living', since)).toEqual(['2', '6']);
      expect(await written('any', 0)).toEqual(['1', '2', '3', '4', '5', '6']);
    });

    it('of rows that have one of some properties in _extra are theirs alone', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const extras = ['{"a": "x"}', '{"b": "a"}', '{"a": "y", "b": "z"}', null, '{"c": "{\\"a\\":1}"}'];
      await commit(
        warehouse,
        upsert(
          extras.map((extra, i) => firm({ id: String(i + 1), extra })),
          firms,
        ),
      );
      const having = async (...inExtra: readonly string[]): Promise<readonly string[]> =>
        ids(await allOf(warehouse, { table: 'firms', state: 'any', inExtra }));
      expect(await having('a')).toEqual(['1', '3']);
      expect(await having('b', 'c')).toEqual(['2', '3', '5']);
      expect(await having('x', '__proto__')).toEqual([]);
      expect(await having()).toEqual([]);
    });

    it('of records that were created in a span leave out its end, and those of no known creation', async () => {
      const { open } = await kind.subject();
      const warehouse = await prepare(await open());
      const from = Date.parse(monday);
      const until = Date.parse(tuesday);
      const born = (id: string, instant: number, more: object = {}): ReturnType<typeof firm> =>
        firm({ id, founded: new Date(instant).toISOString(), ...more });
      const given = [
        born('1', from - 1),
        born('2', from),
        born('3', until - 1),
        born('4', until),
        born('5', from, { archivedAt: tuesday }),
        born('6', from, { deletedAt: tuesday }),
        firm({ id: '7' }),
      ];
      await commit(warehouse, upsert(given, firms));
      const created = { column: 'founded', from, until };
      const inSpan = async (state: IdQuery['state']): Promise<readonly string[]> =>
        ids(await allOf(warehouse, { table: 'firms', state, created }));
      expect(await inSpan('living')).toEqual(['2', '3']);
      expect(await inSpan('archived')).toEqual(['5']);
      expect(await inSpan('any')).toEqual(['2', '3', '5', '6']);
      expect(await warehouse.countLiving({ table: 'firms', created })).toBe(2);
      expect(await warehouse.countLiving({ table: 'firms' })).toBe(5);
      expect(await warehouse.countLiving({ table: 'nowhere' })).toBe(0);
    });
  });

  describe('the clock', () => {
    it('is not ahead of the stamps of rows that are written from then on', async () => {
      const { open, stamps } = await kind.subject();
      const warehouse = await prepare(await open());
      const before = await warehouse.now();
      await commit(warehouse, upsert([['deal', '1', '2', null]], links), upsert([person({ id: '1' })]));
      const [stamp] = await stamps(people);
      expect(before).toBeLessThanOrEqual(Date.parse(stamp ?? ''));
      expect(Number.isInteger(before)).toBe(true);
      const after = await laterThan(warehouse, stamp ?? '');
      expect(after).toBeGreaterThan(before);
    });
  });
}
