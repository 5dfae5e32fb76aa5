import type { Sandbox } from '../../src/sandbox/index.ts';
import { oneOf, randomFrom } from './random.ts';

/** Colleagues join, leave and come back; teams are made, renamed and given up; people change teams. */
export function changeStaff(world: Sandbox['world'], seed: number): void {
  const random = randomFrom(seed);
  const { truth } = world;
  const people = (archived: boolean): readonly string[] =>
    truth
      .owners()
      .flatMap((owner) => (owner.type === 'PERSON' && owner.archived === archived ? [owner.id] : []));
  const some = <Item>(items: readonly Item[]): Item | undefined =>
    items.length === 0 ? undefined : oneOf(random, items);
  world.addOwner();
  const [leaving, back, moving] = [some(people(false)), some(people(true)), some(people(false))];
  if (leaving !== undefined && people(false).length > 3) world.archiveOwner(leaving);
  if (back !== undefined) world.restoreOwner(back);
  const made = world.addTeam(`Team ${seed}`);
  const team = some(truth.teams());
  if (team !== undefined && truth.teams().length > 3) world.deleteTeam(team.id);
  const named = some(truth.teams());
  if (named !== undefined) world.renameTeam(named.id, `${named.name}!`);
  if (moving !== undefined && !people(true).includes(moving)) world.setTeams(moving, [made]);
}
