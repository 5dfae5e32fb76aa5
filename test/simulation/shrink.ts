import type { Life, Step, SyncStep } from './life.ts';

/** A shorter life that still fails: step after step is left out, then what makes the syncs hard. At most `tries` plays. */
export async function shrink(life: Life, fails: (life: Life) => Promise<boolean>, tries = 60): Promise<Life> {
  let shortest = life;
  let left = tries;
  for (let progress = true; progress && left > 0;) {
    progress = false;
    for (const simpler of simplerThan(shortest)) {
      if (left-- <= 0) return shortest;
      if (!(await fails(simpler))) continue;
      shortest = simpler;
      progress = true;
      break;
    }
  }
  return shortest;
}

/** Whether the first promise that one life broke is broken in another one as well, of whatever record and value. */
export function failsAlike([first = '']: readonly string[], others: readonly string[]): boolean {
  return others.map(promiseOf).includes(promiseOf(first));
}

function promiseOf(sentence: string): string {
  return sentence.replaceAll(/"(?:[^"\\]|\\.)*"|\S+@\S+|\d+/g, '…');
}

function* simplerThan(life: Life): Generator<Life> {
  const { steps } = life;
  if (steps.length > 3) {
    const half = Math.ceil(steps.length / 2);
    yield { ...life, steps: steps.slice(half) };
    yield { ...life, steps: steps.slice(0, half) };
  }
  for (const i of steps.keys()) yield { ...life, steps: steps.filter((_, at) => at !== i) };
  for (const [i, step] of steps.entries()) {
    for (const simpler of simplerSteps(step)) yield { ...life, steps: steps.with(i, simpler) };
  }
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.kind === 'churn' && step.steps > 1) yield { ...step, steps: Math.floor(step.steps / 2) };
  if (step.kind !== 'sync') return;
  const { busy, kill, ...rest } = step;
  const { midway: _midway, ...withoutMidway } = step;
  const { rival: _rival, ...withoutRival } = step;
  const { refresh: _refresh, ...plain } = step;
  if (step.refresh !== undefined) yield plain;
  if (step.midway !== undefined) yield withoutMidway;
  if (step.rival !== undefined) yield withoutRival;
  const parts: readonly Partial<SyncStep>[] = [
    busy === undefined ? {} : { busy },
    kill === undefined ? {} : { kill },
  ];
  const [withBusy, withKill] = parts;
  if (busy !== undefined) yield { ...rest, ...withKill };
  if (kill !== undefined) yield { ...rest, ...withBusy };
  if (step.faults.length > 0) yield { ...step, faults: [] };
  if (step.perPage > 0) yield { ...step, perPage: 0 };
}
