import { describe, expect, it } from 'vitest';
import { post, slackText, tell, type Message, type Problem } from '../../src/notify/index.ts';
import { noticeKinds } from '../../src/notice.ts';
import { systemClock } from '../../src/service.ts';
import type { Warehouse } from '../../src/warehouse.ts';
import { bigquerySubject } from '../warehouse/bigquery/subject.ts';
import { commit, people, person, prepare } from '../warehouse/laws/world.ts';
import { postgresSubject } from '../warehouse/postgres/subject.ts';
import { withReceiver } from './receiver.ts';

const engines = { Postgres: postgresSubject, BigQuery: bigquerySubject };

describe.each(['Postgres', 'BigQuery'] as const)('with notices in %s', { timeout: 120_000 }, (engine) => {
  it('people are told once by several processes that look at once, of problems, changes and ends', async () => {
    const { open } = await engines[engine]();
    const receiver = await withReceiver();
    await prepare(await open());
    let looks = 0;
    const look = async (store: Warehouse, problems: readonly Problem[]): Promise<string> => {
      const holder = `elsewhere/${(looks += 1)}/x`;
      const { signal } = new AbortController();
      const send = (message: Message) =>
        post({ url: () => receiver.url, clock: systemClock, signal }, slackText(message));
      const parts = { store, holder, post: send, clock: systemClock, about: noticeKinds, place: engine };
      return (await tell(parts, { problems, endingOf: () => 'over', hasRun: true })).kind;
    };
    const stores = await Promise.all([open(), open(), open()]);
    const problem: Problem = { id: 'failure/people', kind: 'failure', text: 'people failed' };
    // The tables that are there already are no change.
    await look(stores[0], []);
    await Promise.all(stores.map((store) => look(store, [problem])));
    for (const store of stores) await look(store, [problem]);
    expect(receiver.texts).toEqual([expect.stringContaining('• people failed')]);
    const wider = [...people.columns, { name: 'shoe_size', type: 'number', description: '' } as const];
    await prepare(stores[0], [{ ...people, columns: wider }]);
    await commit(stores[0], { kind: 'upsert', table: people, rows: [person({ id: '1' })] });
    for (const store of stores) await look(store, []);
    expect(receiver.texts.slice(1)).toEqual([
      expect.stringContaining('• people.shoe_size: a new column'),
      expect.stringContaining('• No longer: people failed'),
    ]);
  });
});
