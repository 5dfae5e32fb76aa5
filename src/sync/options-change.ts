import type { DefinitionChange } from '../definition-change.ts';

type Option = Readonly<Record<string, string>>;

/** Options of one property that were added, removed or renamed, by what records hold; nothing when they are the same. */
export function optionsChange(
  before: readonly Option[] = [],
  now: readonly Option[] = [],
): DefinitionChange['detail'] | undefined {
  const [was, is] = [labels(before), labels(now)];
  const added = [...is].filter(([value]) => !was.has(value));
  const removed = [...was].filter(([value]) => !is.has(value));
  const renamed = [...is].flatMap(([value, to]) => {
    const from = was.get(value);
    return from === undefined || from === to ? [] : [{ value, from, to }];
  });
  if (added.length + removed.length + renamed.length === 0) return undefined;
  return {
    ...(added.length > 0 && { added: added.map(([value, label]) => ({ value, label })) }),
    ...(removed.length > 0 && { removed: removed.map(([value, label]) => ({ value, label })) }),
    ...(renamed.length > 0 && { renamed }),
  };
}

function labels(options: readonly Option[]): ReadonlyMap<string, string> {
  const sorted = options.toSorted((a, b) => ((a['value'] ?? '') < (b['value'] ?? '') ? -1 : 1));
  return new Map(sorted.map(({ value = '', label = '' }) => [value, label]));
}
