import { expect, it } from 'vitest';
import { testClient } from '../../support/bigquery/client.ts';
import { commit, people, person, prepare, tuesday, upsert } from '../laws/world.ts';
import { bigquerySubject } from './subject.ts';

it('every kind of value comes back through the API as it went in', async () => {
  const { open, double } = await bigquerySubject();
  const warehouse = await prepare(await open());
  const microseconds = '2026-01-05T08:00:00.123456Z';
  const document = `{"a":9007199254740993,"b":[null,"ü"],"c":{"d":1.25}}`;
  await commit(
    warehouse,
    upsert([
      person({
        id: '9007199254740993',
        name: 'Zoë\n"\\\u2028',
        tags: ['', 'a;b', 'Zoë'],
        amount: '-12345678901234567890123456789.123456789',
        member: 'false',
        born: '0001-01-01',
        seen: microseconds,
        extra: document,
        mergedIntoId: '-9223372036854775808',
      }),
      person({ id: '2', version: tuesday }),
    ]),
  );
  const names = people.columns.map(({ name }) => name).join(', ');
  const table = `\`${double.project}.hubspot.people\``;
  const { rows } = testClient(double.url, double.project);
  const answer = await rows(`SELECT ${names} FROM ${table} ORDER BY id`);
  const seconds = (instant: string): number => Date.parse(instant) / 1000;
  expect(answer).toEqual([
    ['2', null, [], null, null, null, null, null, instant(seconds(tuesday)), 'false', null, null],
    [
      '9007199254740993',
      'Zoë\n"\\\u2028',
      [{ v: '' }, { v: 'a;b' }, { v: 'Zoë' }],
      '-12345678901234567890123456789.123456789',
      'false',
      '0001-01-01',
      instant(seconds(microseconds) + 0.000456),
      document,
      instant(seconds('2026-01-05T08:00:00Z')),
      'false',
      null,
      '-9223372036854775808',
    ],
  ]);
});

/** As the API writes it. */
function instant(seconds: number): unknown {
  return expect.toSatisfy((text: string) => Math.abs(Number(text) - seconds) < 1e-6) as unknown;
}
