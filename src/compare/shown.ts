import { createHmac, randomBytes } from 'node:crypto';

/**
 * What one key shows of some things: by their ids, their fields that are not empty, as digests. Values of records go no
 * further than this: whatever is told of a difference later, it can hold none.
 */
export type Shown = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Things whose fields are known by name. */
export function shownItems<Item extends object>(
  items: Iterable<Item>,
  idOf: (item: Item) => string,
  leftOut: readonly string[] = [],
): Shown {
  return new Map(
    [...items].map((item) => [
      idOf(item),
      shownFields(Object.entries(item).filter(([name]) => !leftOut.includes(name))),
    ]),
  );
}

/** Fields that are null, empty or an empty list are as good as absent: HubSpot writes them in either way. */
export function shownFields(fields: Iterable<readonly [string, unknown]>): ReadonlyMap<string, string> {
  const shown = new Map<string, string>();
  for (const [name, value] of fields) if (!isEmpty(value)) shown.set(name, digest(value));
  return shown;
}

function isEmpty(value: unknown): boolean {
  return (
    value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

/** Means nothing outside of this process: the values that some properties have could be guessed from a plain hash. */
function digest(value: unknown): string {
  return createHmac('sha256', salt)
    .update(typeof value === 'string' ? `"${value}` : JSON.stringify(value))
    .digest('base64')
    .slice(0, 22);
}

const salt = randomBytes(32);
