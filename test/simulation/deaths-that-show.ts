import type { Step, SyncStep } from './life.ts';

/**
 * A run that has seen a property go must live, and reach HubSpot, to say so where it is restored later: what was read meanwhile stays empty
 * (ARCHITECTURE.md, Known gaps). Gone for good, it may die.
 */
export function deathsThatShow(steps: readonly Step[]): readonly Step[] {
  return steps.map((step, at) => {
    if (step.kind !== 'sync' || step.midway?.step.kind !== 'archive property') return step;
    const { object } = step.midway.step;
    return steps.slice(at + 1).some((later) => restores(later, object)) ? immortal(step) : step;
  });
}

function restores(step: Step, object: string): boolean {
  const done = step.kind === 'sync' ? step.midway?.step : step;
  return done?.kind === 'restore properties' && done.object === object;
}

function immortal({ kill: _kill, rival, ...step }: SyncStep): SyncStep {
  const faults = step.faults.filter(({ kind, probability }) => kind !== 'daily 429' && probability < 1);
  return { ...step, faults, ...(rival && { rival: {} }) };
}
