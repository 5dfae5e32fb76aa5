import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { memoryEngine } from '../support/memory-engine.ts';
import { drawLife, type Life, type SyncStep } from './life.ts';
import { playLife } from './play-life.ts';
import { openTurns, type Turns } from './turns.ts';

function open(seed: number): { turns: Turns; now: () => number } {
  let at = 0;
  const turns = openTurns(seed, { now: () => at, advance: (ms) => void (at += ms) });
  return { turns, now: () => at };
}

/** In which order three things happen that could happen at once. */
async function orderOf(seed: number): Promise<string> {
  const { turns } = open(seed);
  const happened: string[] = [];
  await Promise.all(['a', 'b', 'c'].map((name) => turns.take(name, () => void happened.push(name))));
  return happened.join('');
}

describe('turns', () => {
  it('go in an order that the seed decides, and in each order for some seed', async () => {
    const seeds = Array.from({ length: 60 }, (_, i) => i);
    const orders = await Promise.all(seeds.map(orderOf));
    expect(await Promise.all(seeds.map(orderOf))).toEqual(orders);
    expect(new Set(orders).size).toBe(6);
  });

  it('never overlap, however long one takes', async () => {
    const { turns } = open(1);
    let inside = 0;
    const act = async (): Promise<void> => {
      expect(++inside).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inside--;
    };
    await Promise.all(Array.from({ length: 5 }, (_, i) => turns.take(String(i), act)));
  });

  it('come before any sleeper wakes; then time passes up to the earliest', async () => {
    const { turns, now } = open(1);
    const seen: unknown[] = [];
    const note = (what: string) => (): unknown => seen.push([what, now()]);
    const stop = new AbortController();
    const late = turns.clock.sleep(1e12, stop.signal);
    await Promise.all([
      turns.clock.sleep(5000).then(note('late')),
      turns.clock.sleep(1000).then(note('early')),
      turns.take('turn', note('turn')),
    ]);
    expect(seen).toEqual([
      ['turn', 0],
      ['early', 1000],
      ['late', 5000],
    ]);
    stop.abort(new Error('enough'));
    await expect(late).rejects.toThrow('enough');
  });

  it('that fail, fail for whoever took them', async () => {
    const { turns } = open(1);
    await expect(turns.take('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await turns.take('b', () => 'yes')).toBe('yes');
  });
});

describe('a life', { timeout: 120_000 }, () => {
  it('goes the same way each time it is played, and another way when its turns are others', async () => {
    for (const seed of [3, 14, 15]) {
      const life = drawLife(seed);
      const { digest } = await playLife(life, memoryEngine(life));
      expect(digest).toMatch(/^[0-9a-f]{40}$/);
      expect((await playLife(life, memoryEngine(life))).digest).toBe(digest);
      expect((await playLife({ ...life, turns: seed + 1 }, memoryEngine(life))).digest).not.toBe(digest);
    }
  });

  it('goes the same way however slow the machine is, waits after refusals included', async () => {
    const sync: SyncStep = {
      kind: 'sync',
      busy: { every: 2, steps: 2, seed: 1 },
      faults: [{ kind: 'burst 429', probability: 0.1 }],
      perPage: 0,
    };
    const life: Life = { ...drawLife(3), steps: [sync, { kind: 'wait', ms: 3_600_000 }, sync] };
    const { digest } = await playLife(life, memoryEngine());
    slowDown();
    expect((await playLife(life, memoryEngine())).digest).toBe(digest);
  });
});

/** Whenever somebody looks at the machine's clocks, much time has passed. */
function slowDown(): void {
  const [now, date] = [performance.now.bind(performance), Date.now];
  let late = 0;
  const spies = [
    vi.spyOn(performance, 'now').mockImplementation(() => now() + (late += 20)),
    vi.spyOn(Date, 'now').mockImplementation(() => date() + (late += 20)),
  ];
  onTestFinished(() => spies.forEach((spy) => spy.mockRestore()));
}
