import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Batch } from '../../../src/warehouse.ts';
import { batch, upsert } from '../laws/world.ts';
import { type Answered, type Bend, between } from './between.ts';
import { type FaultyWorld, faultyWorld, named, staged } from './faulty-world.ts';

const unit = 256 * 1024;

/** Some 12 MB that cannot be compressed much: an upload of two parts. */
function large(): Batch {
  const rows = Array.from({ length: 120 }, (_, place) =>
    named(randomBytes(75_000).toString('base64'), String(place)).flat(),
  );
  return batch([upsert(rows)], 0);
}

const isPart = ({ method, path }: { method: string; path: string }): boolean =>
  method === 'PUT' && path.startsWith('/upload/');

async function through(world: FaultyWorld, bend: Bend, work = large()): Promise<unknown> {
  const warehouse = await world.open({ endpoint: await between(world.double.url, bend) });
  return warehouse.commit(work);
}

async function expectAll(world: FaultyWorld, { writes: [write] }: Batch): Promise<void> {
  const rows = write?.kind === 'upsert' ? write.rows : [];
  const { version, names } = await world.state();
  expect([version, names]).toEqual([1, rows.map((row) => (row as readonly unknown[])[1])]);
  expect(await staged(world)).toBe(0);
}

const nothing: Answered = { status: 200, headers: {}, body: '' };

describe('an upload to BigQuery', () => {
  it.each([0, 1])('that is cut in part %i goes on where it was cut', async (skip) => {
    const [world, work] = [await faultyWorld(), large()];
    const struck = world.double.faults.add({ kind: 'cut upload', match: /^PUT/, skip, times: 1 });
    await (await world.open()).commit(work);
    expect(struck()).toBe(1);
    await expectAll(world, work);
  });

  it.each(['lost answer', '503 before', '503 after'] as const)(
    'whose parts all meet %s once arrives once',
    async (kind) => {
      const [world, work] = [await faultyWorld(), large()];
      const seen = new Set<string>();
      const once: Bend = async ({ method, path, headers }, pass) => {
        const part = `${path} ${headers['content-range']}`;
        if (!isPart({ method, path }) || seen.has(part)) return pass();
        seen.add(part);
        if (kind === '503 before') return { ...nothing, status: 503 };
        await pass();
        if (kind === '503 after') return { ...nothing, status: 503 };
        throw new Error('cut');
      };
      await through(world, once, work);
      expect(seen.size).toBeGreaterThan(2);
      await expectAll(world, work);
    },
  );

  it('begins again when its session ends', async () => {
    const [world, work] = [await faultyWorld(), large()];
    const sessions = new Set<string>();
    await through(
      world,
      async ({ method, path }, pass) => {
        if (!isPart({ method, path })) return pass();
        sessions.add(path);
        return sessions.size < 3 ? { ...nothing, status: 410 } : pass();
      },
      work,
    );
    expect(sessions.size).toBe(3);
    await expectAll(world, work);
  });

  it('is given up, with nothing written, when sessions end each time', async () => {
    const world = await faultyWorld();
    const failed = through(world, ({ method, path }, pass) =>
      isPart({ method, path }) ? { ...nothing, status: 404 } : pass(),
    );
    await expect(failed).rejects.toMatchObject({ code: 'warehouse_unavailable', verdict: 'retry' });
    expect(await world.state()).toEqual({ version: 0, names: [] });
    expect(await staged(world)).toBe(0);
  });

  it('asks what became of it where all has arrived, but not the end', async () => {
    const [world, work] = [await faultyWorld(), large()];
    let bent = 0;
    const unended: Bend = async ({ method, path, headers }, pass) => {
      const answered = await pass();
      const [, last, all] = /-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
      if (!isPart({ method, path }) || last === undefined || Number(last) + 1 !== Number(all))
        return answered;
      bent += 1;
      return { status: 308, headers: { range: `bytes=0-${last}` }, body: '' };
    };
    await through(world, unended, work);
    expect(bent).toBe(1);
    await expectAll(world, work);
  });

  it('sends in units of 256 KiB, and what did not arrive once more', async () => {
    const [world, work] = [await faultyWorld(), large()];
    const lengths: number[] = [];
    let shortened = false;
    await through(
      world,
      async ({ method, path, headers, sent }, pass) => {
        if (!isPart({ method, path })) return pass();
        const [, first, last, all] = /(\d+)-(\d+)\/(\d+)$/.exec(headers['content-range'] ?? '') ?? [];
        expect(sent).toHaveLength(Number(last) - Number(first) + 1);
        if (Number(last) + 1 < Number(all)) lengths.push(sent.length);
        if (shortened) return pass();
        shortened = true;
        // As if nothing of the first part had been kept.
        return { status: 308, headers: {}, body: '' };
      },
      work,
    );
    expect(lengths.length).toBeGreaterThan(1);
    expect(lengths.filter((length) => length % unit !== 0)).toEqual([]);
    await expectAll(world, work);
  });

  it.each(['session', 'redirection'])(
    'sends neither rows nor credentials where a %s points',
    async (kind) => {
      const world = await faultyWorld();
      const strayed: string[] = [];
      const elsewhere = await between(world.double.url, ({ method, path }) => {
        strayed.push(`${method} ${path}`);
        return nothing;
      });
      const failed = through(world, async ({ method, path }, pass) => {
        if (kind === 'redirection' && isPart({ method, path }))
          return { ...nothing, status: 307, headers: { location: `${elsewhere}${path}` } };
        const answered = await pass();
        if (kind === 'redirection' || method !== 'POST' || !path.startsWith('/upload/')) return answered;
        const { search } = new URL(answered.headers['location'] ?? '');
        return { ...answered, headers: { location: `${elsewhere}/upload${search}` } };
      });
      await expect(failed).rejects.toThrow(/If there is a proxy before it, it may neither redirect/);
      expect(strayed).toEqual([]);
      expect(await world.state()).toEqual({ version: 0, names: [] });
    },
  );

  it('takes the address of a session that names no host', async () => {
    const [world, work] = [await faultyWorld(), large()];
    await through(
      world,
      async ({ method, path }, pass) => {
        const answered = await pass();
        if (method !== 'POST' || !path.startsWith('/upload/')) return answered;
        const { pathname, search } = new URL(answered.headers['location'] ?? '');
        return { ...answered, headers: { location: pathname + search } };
      },
      work,
    );
    await expectAll(world, work);
  });
});
