import type { ObjectPipeline } from '../pipeline.ts';
import type { TreatedProperty } from '../privacy.ts';
import type { Scan } from '../source.ts';
import { needsSample, type Layout } from '../transform/index.ts';
import type { Sample, SyncContext } from './context.ts';

/**
 * What decides which properties of an object have columns: those that its table has, or, where the table is still to be made
 * and cannot have one for each, how often the properties have a value.
 */
export async function tableLayout(
  pipeline: ObjectPipeline,
  treated: readonly TreatedProperty[],
  context: SyncContext,
): Promise<Layout> {
  const { warehouse, samples } = context;
  const properties = treated.filter(({ treatment }) => treatment.kind !== 'leave');
  const stored = await warehouse.columns(pipeline.name);
  if (!needsSample(properties, warehouse.limits, stored)) return { stored };
  const sample = samples.get(pipeline.name) ?? takeSample(pipeline, properties, context);
  samples.set(pipeline.name, sample);
  try {
    return { stored, values: await sample };
  } catch (error) {
    // Another pipeline may have more luck.
    samples.delete(pipeline.name);
    throw error;
  }
}

/** Some of the oldest records, and some that changed of late: properties come into use and fall out of it. */
async function takeSample(
  pipeline: ObjectPipeline,
  properties: readonly TreatedProperty[],
  { source, signal }: SyncContext,
): Promise<Sample> {
  const names = properties.map(({ name }) => name);
  const counts = names.map(() => 0);
  const now = source.now();
  const scans: readonly Scan[] = [{ kind: 'all' }, { kind: 'changes', from: now - recently, until: now }];
  for (const scan of scans) {
    let left = perScan;
    for await (const { records } of source.read(pipeline, names, scan, signal)) {
      for (const { values } of records) {
        for (let i = 0; i < names.length; i++) if ((values[i] ?? '') !== '') counts[i]!++;
      }
      left -= records.length;
      if (left <= 0) break;
    }
  }
  return new Map(names.map((name, i) => [name, counts[i] ?? 0]));
}

const perScan = 300;
const recently = 30 * 86_400_000;
