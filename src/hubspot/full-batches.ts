import type { ChangedIds, IdWindow } from './changed-ids.ts';

/**
 * The same ids, regrouped so that no read is half empty. What one search page leaves over is read with the next; until
 * then the window counts as read only up to the page before.
 */
export async function* fullBatches(
  portions: AsyncIterable<ChangedIds>,
  first: IdWindow,
  size: number,
): AsyncGenerator<ChangedIds> {
  let left: readonly string[] = [];
  let readUpTo = first;
  for await (const { ids, window, done } of portions) {
    const all = [...left, ...ids];
    const whole = done ? all.length : all.length - (all.length % size);
    left = all.slice(whole);
    if (whole > 0 || done)
      yield { ids: all.slice(0, whole), window: left.length === 0 ? window : readUpTo, done };
    readUpTo = window;
  }
}
