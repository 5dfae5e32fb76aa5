import { readdirSync, readFileSync } from 'node:fs';

/**
 * CPU microseconds that a Postgres server has used: its own, of its living backends, and of those that have ended.
 * Linux only; elsewhere NaN.
 */
export function postgresCpu(postmaster: number): number {
  if (process.platform !== 'linux') return Number.NaN;
  let ticks = 0;
  for (const entry of readdirSync('/proc')) {
    const stat = /^\d+$/.test(entry) ? read(`/proc/${entry}/stat`) : undefined;
    if (stat === undefined) continue;
    // The name, in brackets, may hold anything; what follows it does not.
    const fields = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent, own, reaped] = [fields[1]!, fields[11]! + fields[12]!, fields[13]! + fields[14]!];
    if (Number(entry) === postmaster) ticks += own + reaped;
    else if (parent === postmaster) ticks += own;
  }
  return ticks * microsecondsPerTick;
}

/** USER_HZ is 100 on every Linux that matters. */
const microsecondsPerTick = 10_000;

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
