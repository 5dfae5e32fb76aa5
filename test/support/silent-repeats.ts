import type { Sandbox } from '../../src/sandbox/index.ts';

/**
 * The instants at which a property was given the value that it had, in a millisecond in which the record changed otherwise, too,
 * and after which it did not change. Read between the two changes, the record looks the same ever after: nothing shows the
 * second one. See ARCHITECTURE.md, Known gaps.
 */
export function silentRepeats(
  { world: { truth } }: Sandbox,
  object: string,
  { id, property }: { readonly id: string; readonly property: string },
): ReadonlySet<number> {
  const latest = Date.parse(truth.record(object, id)?.updatedAt ?? '');
  const entries = truth.history(object, id, property);
  const repeated = entries.some(({ at, value }, i) => at === latest && value === entries[i - 1]?.value);
  if (!repeated) return new Set();
  const others = truth.properties(object).filter(({ spec }) => spec.name !== property);
  const isShared = others.some(({ spec }) =>
    truth.history(object, id, spec.name).some(({ at }) => at === latest),
  );
  return new Set(isShared ? [latest] : []);
}
