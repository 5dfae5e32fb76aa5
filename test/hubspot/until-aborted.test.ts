import { setImmediate } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { untilAborted } from '../../src/hubspot/until-aborted.ts';

it.each([
  ['before it was waited for', (stop: AbortController) => stop.abort(new Error('stopped'))],
  [
    'while it is waited for',
    (stop: AbortController) => queueMicrotask(() => stop.abort(new Error('stopped'))),
  ],
])('nobody has to care for what fails once waiting was given up, %s', async (_, giveUp) => {
  const unhandled: unknown[] = [];
  const note = (error: unknown): void => void unhandled.push(error);
  const others = process.listeners('unhandledRejection');
  process.removeAllListeners('unhandledRejection').on('unhandledRejection', note);
  onTestFinished(() => {
    process.off('unhandledRejection', note);
    for (const each of others) process.on('unhandledRejection', each);
  });
  const stop = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  giveUp(stop);
  await expect(untilAborted(promise, stop.signal)).rejects.toThrow('stopped');
  reject(new Error('later'));
  await setImmediate();
  expect(unhandled).toEqual([]);
});
