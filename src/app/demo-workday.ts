import type { Sandbox } from '../sandbox/index.ts';
import { knownNames } from './select-pipelines.ts';

/** What happened in the demo's HubSpot account. */
export interface Workday {
  /** How often each kind of change happened, the most frequent first. */
  readonly changes: readonly (readonly [kind: string, times: number])[];
  /** Some deals that moved, to look for afterwards. */
  readonly moves: readonly DealMove[];
}

interface DealMove {
  readonly id: string;
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

const hour = 3_600_000;
const minute = 60_000;
const objects = knownNames.objects;

/** Work around the clock, then the minutes that HubSpot's search index may take to know of it. */
export function workday({ clock, world }: Sandbox): Workday {
  const happened = new Map<string, number>();
  const count = (kind: string, times: number): void =>
    void happened.set(kind, (happened.get(kind) ?? 0) + times);
  const moves = moveDeals(world, 3);
  count('deal moved', moves.length);
  for (let i = 0; i < 24; i += 1) {
    clock.advance(hour);
    for (const [kind, times] of Object.entries(world.churn({ steps: 8, objects }))) count(kind, times);
  }
  clock.advance(5 * minute);
  happened.delete('nothing to do');
  return { changes: [...happened].toSorted(([, a], [, b]) => b - a), moves };
}

export function someMinutes({ world }: Sandbox): void {
  world.churn({ steps: 12, objects });
}

type World = Sandbox['world'];

/** The first deals of the account that have a next stage go on to it. */
function moveDeals(world: World, wanted: number): readonly DealMove[] {
  const stages = world.truth.pipelines('deals').flatMap((pipeline) =>
    pipeline.stages.map((stage, place) => ({
      ...stage,
      pipeline: pipeline.id,
      next: pipeline.stages[place + 1],
    })),
  );
  const moves: DealMove[] = [];
  for (const { id, state, properties } of world.truth.records('deals')) {
    if (moves.length === wanted) break;
    const stage = stages.find((each) => each.id === properties['dealstage']);
    if (state !== 'active' || stage?.next === undefined || isClosed(stage.metadata)) continue;
    world.update('deals', id, { dealstage: stage.next.id });
    moves.push({ id, name: properties['dealname'] ?? id, from: stage.label, to: stage.next.label });
  }
  return moves;
}

function isClosed(metadata: Readonly<Record<string, unknown>>): boolean {
  return metadata['isClosed'] === 'true';
}
