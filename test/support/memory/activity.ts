import type { Activity } from '../../../src/activity.ts';
import type { Counts } from '../../../src/run.ts';
import type { MemoryState } from './store.ts';

/** The same of a warehouse in memory. `later` is how it answers. */
export function activity(state: MemoryState, later: <T>(work: () => T) => Promise<T>): Activity {
  return {
    runSummaries: (limit) =>
      later(() =>
        [...state.runs.values()]
          .sort((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1))
          .slice(0, limit)
          .map((run) => {
            const own = [...state.pipelineRuns.values()].filter(({ runId }) => runId === run.id);
            const sum = (name: keyof Counts): number =>
              own.reduce((total, { counts }) => total + counts[name], 0);
            const [read, inserted, updated, removed, unchanged] = [
              sum('read'),
              sum('inserted'),
              sum('updated'),
              sum('removed'),
              sum('unchanged'),
            ];
            return {
              ...run,
              counts: { read, inserted, updated, removed, unchanged },
              pipelines: own.length,
              failed: own.filter(({ outcome }) => outcome === 'failed').length,
            };
          }),
      ),
    lastChanges: () =>
      later(() => {
        const changes = new Map<string, number>();
        for (const { pipeline, counts, finishedAt, startedAt } of state.pipelineRuns.values()) {
          if (counts.inserted + counts.updated + counts.removed === 0) continue;
          changes.set(pipeline, Math.max(finishedAt ?? startedAt, changes.get(pipeline) ?? 0));
        }
        return changes;
      }),
    callsSince: (since) =>
      later(() =>
        [...state.calls]
          .flatMap(([runId, all]) => {
            const recent = all.filter(({ lastAt }) => lastAt > since).toSorted((a, b) => a.lastAt - b.lastAt);
            if (recent.length === 0) return [];
            const told = recent.findLast(({ day }) => day !== undefined);
            return [
              {
                runId,
                calls: recent.reduce((total, { calls }) => total + calls, 0),
                firstAt: Math.min(...recent.map(({ firstAt }) => firstAt)),
                lastAt: Math.max(...recent.map(({ lastAt }) => lastAt)),
                ...(told?.day && { day: { ...told.day, at: told.lastAt } }),
              },
            ];
          })
          .sort((a, b) => a.firstAt - b.firstAt),
      ),
  };
}
