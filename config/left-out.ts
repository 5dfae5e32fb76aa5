import type { Given } from './given.ts';
import type { SettingName, Values } from './table.ts';

interface Chosen {
  readonly given: Given;
  /** Absent where it is not right by itself. */
  readonly value: unknown;
}

/** What settings want of objects that `pipelines` leaves out: without their records, there is nothing to read it of. */
export function leftOut(chosen: ReadonlyMap<SettingName, Chosen>): readonly string[] {
  const pipelines = chosen.get('pipelines')?.value as Values['pipelines'];
  if (pipelines === undefined) return [];
  const pairs = (chosen.get('associations')?.value as Values['associations']) ?? [];
  const history = (chosen.get('history')?.value as Values['history']) ?? {};
  const wanted = [
    ...(pipelines.includes('associations')
      ? pairs.flatMap(({ from, to }) => [from, to]).map((object) => ['associations', object] as const)
      : []),
    ...(pipelines.includes('property_history')
      ? Object.keys(history).map((object) => ['history', object] as const)
      : []),
  ];
  return wanted
    .filter(([, object]) => !pipelines.includes(object))
    .map(([name, object]) => {
      const subject = chosen.get(name)?.given.subject([], object);
      return `${subject} needs the records of ${object}, which pipelines leaves out: add ${object} there, or take it out here`;
    });
}
