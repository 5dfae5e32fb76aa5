export interface AheadOptions<T, R> {
  /** Items that may be fetched or mapped before they are asked for. */
  readonly width: number;
  readonly signal: AbortSignal;
  /** Both get a signal that also aborts when the reader leaves early. */
  readonly source: (signal: AbortSignal) => AsyncGenerator<T>;
  readonly map: (item: T, signal: AbortSignal) => Promise<R>;
}

/** Maps a sequence in its order, with a bounded number of items under way ahead of the reader. */
export async function* ahead<T, R>(options: AheadOptions<T, R>): AsyncGenerator<R> {
  const left = new AbortController();
  const signal = AbortSignal.any([options.signal, left.signal]);
  const source = options.source(signal);
  const results: Promise<Item<R>>[] = [];
  let width = options.width;
  try {
    for (;;) {
      // An async generator lines up its calls, so it can be asked for several items at once.
      while (results.length < width) results.push(quiet(next(source, options.map, signal)));
      const item = await results.shift();
      if (item === undefined) return;
      if (item.done) width = 0;
      else yield item.value;
    }
  } finally {
    left.abort(new Error('The reader left.'));
    await Promise.allSettled(results);
    await source.return(undefined).catch(() => undefined);
  }
}

type Item<R> = { readonly done: true } | { readonly done: false; readonly value: R };

async function next<T, R>(
  source: AsyncGenerator<T>,
  map: AheadOptions<T, R>['map'],
  signal: AbortSignal,
): Promise<Item<R>> {
  const item = await source.next();
  return item.done === true ? { done: true } : { done: false, value: await map(item.value, signal) };
}

/** A failure is thrown where the reader reaches it; until then it must not count as unhandled. */
function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}
