import type { Warehouse } from '../warehouse.ts';

/**
 * The same warehouse, but what is said of runs is stored without secrets, whatever foreign error a reason repeats. No sentence
 * of Keyway's own has one: this is the second net.
 */
export function withoutSecrets(warehouse: Warehouse, strikeOut: (text: string) => string): Warehouse {
  const concealed = <T>(value: T): T => withTexts(value, strikeOut) as T;
  return {
    ...warehouse,
    startRun: (run) => warehouse.startRun(concealed(run)),
    finishRun: (run, usage) => warehouse.finishRun(concealed(run), usage),
    savePipelineRun: (run) => warehouse.savePipelineRun(concealed(run)),
    saveReconciliation: (reconciliation) => warehouse.saveReconciliation(concealed(reconciliation)),
    keepNotices: (notices) => warehouse.keepNotices(concealed(notices)),
  };
}

/** A copy in which each text is what `change` makes of it; the names of fields stay. */
export function withTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => withTexts(item, change));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
    return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withTexts(item, change)]));
}
