import { openMetrics } from '../../src/metrics/index.ts';
import { noCounts } from '../../src/run.ts';

/** What a document in Prometheus's text format says: the value of each sample, by its name and labels as they are written. */
export function samplesOf(text: string): ReadonlyMap<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const at = line.lastIndexOf(' ');
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

/** Every sample name that there can be, with the names of its labels. */
export async function everySample(): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const metrics = openMetrics({ version: '1.2.3', now: () => 1000 });
  metrics.pipelines.scheduled(() => 2000);
  metrics.pipelines.ended({
    runId: 'r',
    pipeline: 'contacts',
    startedAt: 0,
    finishedAt: 1,
    outcome: 'complete',
    counts: noCounts,
    completeUpTo: 1,
  });
  metrics.worker.atWork();
  metrics.worker.paused('key_refused');
  metrics.worker.trouble('run', 'key_refused');
  metrics.hubspot({ kind: 'asked', endpoint: 'GET /x', status: 200, ms: 1 });
  metrics.hubspot({ kind: 'waited', limit: 'burst', ms: 1 });
  metrics.hubspot({ kind: 'retried', reason: 'hubspot_unavailable', ms: 1 });
  metrics.hubspot({ kind: 'left', policy: 'daily', left: 1, limit: 2 });
  const names = new Map<string, Set<string>>();
  for (const sample of samplesOf(await metrics.text()).keys()) {
    const [name = '', labels = ''] = sample.split(/[{}]/);
    const known = names.get(name) ?? new Set();
    for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) known.add(label);
    names.set(name, known);
  }
  return names;
}

/** The name of the metric that such a sample is of. */
export function metricOf(sample: string): string {
  return sample.replace(/(?<=_seconds)_(?:bucket|sum|count)$/, '');
}
