import type { CallsOfRun } from '../activity.ts';
import type { Instant } from '../source.ts';
import type { DayReport } from '../status-page/index.ts';

/** What runs have asked of HubSpot in the last day. Each of a run's calls counts as made evenly while it ran. Pure. */
export function dayReport(runs: readonly CallsOfRun[], now: Instant): DayReport {
  const last = Math.floor(now / hour) * hour;
  const hours = Array.from({ length: 24 }, (_, n) => ({ from: last - (23 - n) * hour, calls: 0 }));
  for (const { calls, firstAt, lastAt } of runs) {
    const length = Math.max(1, lastAt - firstAt);
    for (const each of hours) {
      const within = Math.min(each.from + hour, firstAt + length) - Math.max(each.from, firstAt);
      if (within > 0) each.calls += (calls * within) / length;
    }
  }
  const days = runs.flatMap(({ day }) => day ?? []).toSorted((a, b) => b.at - a.at);
  const rounded = hours.map(({ from, calls }) => ({ from, calls: Math.round(calls) }));
  return {
    calls: rounded.reduce((sum, { calls }) => sum + calls, 0),
    hours: rounded,
    ...(days[0] && { account: days[0] }),
  };
}

const hour = 3_600_000;
