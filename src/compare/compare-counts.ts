import type { ObjectPipeline } from '../pipeline.ts';
import { words, type Both, type Pair, type SideName } from './both.ts';
import { capital, refusal, remark, several, type Remark } from './comparison.ts';
import { lasting } from './lasting.ts';
import { shownFields } from './shown.ts';

export interface Counts {
  readonly seen?: Pair<number>;
  readonly remarks: readonly Remark[];
}

/** How many living records HubSpot's search finds with each key, however far it is behind. */
export async function compareCounts(both: Both, object: ObjectPipeline): Promise<Counts> {
  const counted = new Map<SideName, number>();
  const findings = await lasting(both, async (source, _ids, side) => {
    const count = await source.count(object, undefined, both.signal);
    counted.set(side, count);
    return new Map([['count', shownFields([['count', count]])]]);
  });
  if (findings.kind === 'refused') {
    return { remarks: [refusal(findings.refusals, { what: 'their count', scopes: object.scopes })] };
  }
  const seen = { legacy: counted.get('legacy') ?? 0, key: counted.get('key') ?? 0 };
  if (findings.differences.length > 0) {
    const text = `${capital(words.legacy)} counts ${several(seen.legacy, 'record')}, ${words.key} ${several(seen.key, 'record')}.`;
    return {
      seen,
      remarks: [remark('difference', 'count', text, { count: Math.abs(seen.legacy - seen.key) })],
    };
  }
  if (findings.unsettled.length === 0) return { seen, remarks: [] };
  return { seen, remarks: [remark('note', 'unsettled', 'Records came and went while they were counted.')] };
}
