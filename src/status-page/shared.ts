/**
 * What was made for one is given to all who ask soon after, as long as `key` tells the same: making a page takes milliseconds of the
 * thread on which data syncs.
 */
export function shared<T>(make: () => Promise<T>, key: () => string): () => Promise<T> {
  let last: { readonly made: Promise<T>; readonly at: number; readonly key: string } | undefined;
  return () => {
    const [now, asked] = [performance.now(), key()];
    if (last === undefined || now - last.at > lasts || last.key !== asked)
      last = { made: make(), at: now, key: asked };
    return last.made;
  };
}

/** Milliseconds. */
const lasts = 500;
