/**
 * The results of `work` over a sequence, in its order, with up to `ahead` of them under way at once. Nothing further is
 * taken from the sequence until a result has been.
 */
export async function* mapAhead<Item, Result>(
  items: AsyncIterable<Item>,
  ahead: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = [];
  for await (const item of items) {
    const result = work(item);
    // Awaited below, in order; a failure before its turn is not unhandled.
    result.catch(() => undefined);
    pending.push(result);
    if (pending.length >= ahead) yield await pending.shift()!;
  }
  for (const result of pending) yield await result;
}
