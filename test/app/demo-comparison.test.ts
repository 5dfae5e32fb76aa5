import { expect, it, onTestFinished } from 'vitest';
import { loadDemo } from '../../src/app/index.ts';
import { temporaryFolder } from '../support/own-server.ts';

it("the demo's comparison finds what a sync has not fetched yet, and nothing once it has", async () => {
  const { openDemo } = await loadDemo();
  const demo = await openDemo({
    directory: await temporaryFolder(),
    signal: new AbortController().signal,
  });
  onTestFinished(() => demo.stop());
  await demo.sync(() => undefined);
  expect(await demo.compare()).toMatchObject({ missing: 0, stale: 0, surplus: 0 });

  const { moves } = demo.passDay();
  const behind = await demo.compare();
  expect(behind.missing).toBeGreaterThan(0);
  expect(behind.stale).toBeGreaterThan(0);
  expect(behind.surplus).toBeGreaterThan(0);
  expect((await demo.stages(moves.map(({ id }) => id))).get(moves[0]?.id ?? '')).toBe(moves[0]?.from);

  await demo.sync(() => undefined);
  expect(await demo.compare()).toMatchObject({ missing: 0, stale: 0, surplus: 0 });
  expect((await demo.stages(moves.map(({ id }) => id))).get(moves[0]?.id ?? '')).toBe(moves[0]?.to);
});
