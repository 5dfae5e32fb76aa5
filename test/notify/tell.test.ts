import { describe, expect, it } from 'vitest';
import { slackText, tell, type Message, type Problem, type Told } from '../../src/notify/index.ts';
import type { Notice, NoticeKind } from '../../src/notice.ts';
import { noticeKinds } from '../../src/notice.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { memoryState, openMemoryWarehouse, type MemoryState } from '../support/memory/index.ts';

const failure = (name: string): Problem => ({
  id: `failure/${name}`,
  kind: 'failure',
  text: `${name} failed`,
});
const key: Problem = { id: 'key/old/a', kind: 'key', text: 'an old key. Put another in its place' };

class World {
  now = 1_767_600_000_000;
  readonly state: MemoryState = memoryState(() => this.now);
  readonly texts: string[] = [];
  /** What the webhook does with a message. */
  takes: (text: string) => boolean | Promise<boolean> = () => true;

  tell(
    problems: readonly Problem[],
    {
      about = noticeKinds,
      holder = 'host/1/a',
      store = openMemoryWarehouse({ state: this.state }),
      endingOf = (): 'over' | 'unknown' | 'gone' => 'over',
      hasRun = true,
    }: {
      about?: readonly NoticeKind[];
      holder?: string;
      store?: Warehouse;
      hasRun?: boolean;
      endingOf?: (notice: Notice) => 'over' | 'unknown' | 'gone';
    } = {},
  ): Promise<Told> {
    const post = async (message: Message) => {
      const text = slackText(message);
      if (!(await this.takes(text))) return { ok: false, reason: 'no' } as const;
      this.texts.push(text);
      return { ok: true } as const;
    };
    const clock = { now: () => this.now, sleep: () => Promise.resolve() };
    return tell({ store, holder, post, clock, about, place: 'account 1' }, { problems, endingOf, hasRun });
  }

  async changes(...kinds: readonly ('create_table' | 'comment')[]): Promise<void> {
    const tables = [{ name: `t${this.now}`, description: '', key: ['id'], columns: [] }];
    this.now += 1000;
    await openMemoryWarehouse({ state: this.state }).apply(
      kinds.map((kind) => ({ kind, table: tables[0]!.name })),
      tables,
    );
  }
}

describe('people', () => {
  it('are told of what is wrong once, and once that it is over, whoever looks', async () => {
    const world = new World();
    for (const holder of ['host/1/a', 'host/1/a', 'host/2/b'])
      await world.tell([failure('contacts')], { holder });
    expect(world.texts).toEqual(['*Keyway: something did not sync*\naccount 1\n• contacts failed']);
    await world.tell([failure('contacts'), failure('deals'), key]);
    expect(world.texts[1]).toBe(
      '*Keyway: something did not sync; a Service Key needs you*\naccount 1\n• deals failed\n• an old key. Put another in its place',
    );
    for (let look = 0; look < 3; look += 1) await world.tell([failure('deals')]);
    expect(world.texts).toHaveLength(3);
    expect(world.texts[2]).toBe(
      '*Keyway: over*\naccount 1\n• No longer: contacts failed (told 2026-01-05 08:00 UTC)\n• No longer: an old key (told 2026-01-05 08:00 UTC)',
    );
    await world.tell([failure('contacts')]);
    expect(world.texts[3]).toContain('• contacts failed');
  });

  it('are told by exactly one of many that look at once', async () => {
    const world = new World();
    const told = await Promise.all(
      Array.from({ length: 8 }, (_, number) =>
        world.tell([failure('contacts')], { holder: `host/${number}/x` }),
      ),
    );
    expect(world.texts).toHaveLength(1);
    expect(told.filter(({ kind }) => kind === 'refused')).toEqual([]);
  });

  it('are told again later what did not arrive, the end of it included', async () => {
    const world = new World();
    world.takes = () => false;
    expect(await world.tell([key])).toEqual({ kind: 'refused', reason: 'no' });
    // The lease is given back at once.
    world.takes = () => true;
    await world.tell([key], { holder: 'host/2/b' });
    expect(world.texts).toHaveLength(1);
    world.takes = () => false;
    await world.tell([]);
    await world.tell([]);
    world.takes = () => true;
    await world.tell([]);
    await world.tell([]);
    expect(world.texts).toHaveLength(2);
  });

  it('are told nothing of what is over before a message of it has arrived', async () => {
    const world = new World();
    world.takes = () => false;
    await world.tell([key]);
    world.takes = () => true;
    await world.tell([]);
    expect(world.texts).toEqual([]);
  });

  it('are told again by the next one when a process dies between sending and remembering, and never not at all', async () => {
    const world = new World();
    const dying = openMemoryWarehouse({ state: world.state });
    const store: Warehouse = {
      ...dying,
      keepNotices: () => Promise.reject(new Error('killed')),
      releaseLease: () => Promise.reject(new Error('killed')),
    };
    await expect(world.tell([key], { store })).rejects.toThrow('killed');
    expect(await world.tell([key], { holder: 'host/2/b' })).toEqual({ kind: 'busy' });
    world.now += 120_001;
    expect(await world.tell([key], { holder: 'host/2/b' })).toEqual({ kind: 'told' });
    expect(await world.tell([key], { holder: 'host/2/b' })).toEqual({ kind: 'nothing' });
    await world.tell([key]);
    expect(world.texts).toHaveLength(2);
  });

  it('are not told by one that has lost its turn while it was sending', async () => {
    const world = new World();
    world.takes = async (text) => {
      if (!text.includes('failed')) return true;
      // It was stopped for so long that another one has told everything meanwhile.
      world.takes = () => true;
      world.now += 120_001;
      await world.tell([failure('contacts'), key], { holder: 'host/2/b' });
      return true;
    };
    await world.tell([failure('contacts')], { endingOf: () => 'unknown' });
    const { length } = world.texts;
    await world.tell([failure('contacts'), key]);
    expect(world.texts).toHaveLength(length);
  });

  it('are told by whoever has its turn, who alone says what was told', async () => {
    const world = new World();
    world.takes = async () => {
      world.now += 120_001;
      const other = { name: 'notices', holder: 'host/2/b', ttl: 120_000, label: '' };
      await openMemoryWarehouse({ state: world.state }).takeLease(other);
      return true;
    };
    expect(await world.tell([key])).toEqual({ kind: 'busy' });
    expect(world.state.notices).toEqual([]);
  });

  it('are not told the end of what nobody can judge, nor of what is not looked at any more', async () => {
    const world = new World();
    await world.tell([failure('contacts'), failure('deals')]);
    const endingOf = ({ id }: Notice): 'unknown' | 'gone' => (id === 'failure/deals' ? 'gone' : 'unknown');
    await world.tell([], { endingOf });
    expect(world.texts).toHaveLength(1);
    expect(world.state.notices.map(({ id }) => id)).toEqual(['failure/contacts']);
    await world.tell([failure('contacts')]);
    expect(world.texts).toHaveLength(1);
  });

  it('are told only of what they want to hear, and a kind that is taken off is forgotten without a word', async () => {
    const world = new World();
    await world.tell([failure('contacts'), key], { about: ['key'] });
    expect(world.texts[0]).not.toContain('contacts');
    await world.tell([failure('contacts'), key], { about: [] });
    expect([world.texts.length, world.state.notices]).toEqual([1, []]);
  });

  it('are told of all changes, however many, if only how many more there are', async () => {
    const world = new World();
    await world.changes('create_table');
    await world.tell([]);
    await world.changes(...Array.from({ length: 2500 }, () => 'create_table' as const));
    await world.tell([]);
    await world.tell([]);
    expect(world.texts).toHaveLength(1);
    const shown = world.texts[0]!.match(/a new table/g)!.length;
    expect(world.texts[0]).toMatch(
      new RegExp(`\n… and ${2500 - shown} more: the table schema_changes holds them$`),
    );
  });

  it('are told of changes since they were first to be told, each once, and of no comments', async () => {
    const world = new World();
    // The tables of a first run come one after the other.
    await world.changes('create_table');
    await world.tell([], { hasRun: false });
    await world.changes('create_table');
    await world.tell([]);
    await world.tell([]);
    expect(world.texts).toEqual([]);
    await world.changes('create_table');
    await world.changes('comment');
    await world.changes('create_table');
    await world.tell([]);
    await world.tell([], { holder: 'host/2/b' });
    expect(world.texts).toHaveLength(1);
    expect(world.texts[0]).toMatch(
      /^\*Keyway: tables or properties have changed\*\naccount 1\n• t\d+: a new table\n• t\d+: a new table$/,
    );
    await world.changes('comment');
    await world.tell([]);
    world.takes = () => false;
    await world.changes('create_table');
    await world.tell([]);
    world.takes = () => true;
    await world.tell([]);
    await world.tell([]);
    expect(world.texts).toHaveLength(2);
  });
});
