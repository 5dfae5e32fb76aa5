import type { Sandbox } from '../../src/sandbox/index.ts';
import { sync, type Player } from './play-sync.ts';
import { oneOf, randomFrom } from './random.ts';
import { work } from './work.ts';

const day = 86_400_000;

/**
 * Records are made, merged, archived and restored in an account whose copy is right, and whose links are not swept: what
 * these do to links has to be noticed by the records alone. Gives what is wrong with links after each round.
 */
export async function linksWithoutSweeps(player: Player): Promise<readonly string[]> {
  const { world, life } = player;
  const found: string[] = [];
  for (let round = 0; round < 2; round++) {
    moveRecords(world.sandbox, life.turns + round);
    world.sandbox.clock.advance(day);
    await sync(player, { settings: { linkCalls: 0 } });
    const wrong = (await world.differences()).filter((sentence) => sentence.includes(': link '));
    found.push(...wrong.map((sentence) => `without a sweep of links: ${sentence}`));
  }
  return found;
}

function moveRecords(sandbox: Sandbox, seed: number): void {
  const { world } = sandbox;
  const random = randomFrom(seed);
  const some = (object: string, state: string): string | undefined => {
    const ids = [...world.truth.records(object)].filter((record) => record.state === state);
    return ids.length === 0 ? undefined : oneOf(random, ids).id;
  };
  for (const object of ['contacts', 'companies', 'deals']) {
    const back = some(object, 'archived');
    const away = some(object, 'active');
    if (back !== undefined && object !== 'contacts') world.restore(object, back);
    if (away !== undefined) world.archive(object, away);
  }
  work(sandbox, { kind: 'merge chain', length: 2, seed });
  const contact = some('contacts', 'active');
  if (contact === undefined) return;
  const company = world.create('companies', { name: `Company ${seed}` });
  world.associate({ object: 'contacts', id: contact }, { object: 'companies', id: company });
}
