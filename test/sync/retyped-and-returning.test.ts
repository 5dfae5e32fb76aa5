import { describe, expect, it } from 'vitest';
import type { Source } from '../../src/source.ts';
import { account, hour, listening, only, shoeSize, type Asked } from './filling.ts';

describe('a column that is retyped or returns', () => {
  it('takes home what did not fit before, and keeps in _extra what does not fit now', async () => {
    const world = await account();
    world.sandbox.world.addProperty('contacts', { name: 'size', type: 'string', fieldType: 'text' });
    const ids = [...world.sandbox.world.truth.records('contacts')].filter((r) => r.state !== 'gone');
    const living = ids.filter(({ state }) => state === 'active').map(({ id }) => id);
    world.sandbox.world.update('contacts', living[0]!, { size: 'large' });
    world.sandbox.world.update('contacts', living[1]!, { size: '42' });
    world.sandbox.world.retype('contacts', 'size', { type: 'number', fieldType: 'number' });
    await world.sync({ only });
    const sizes = async (): Promise<unknown> =>
      (await world.tables.rows('contacts'))
        .filter(({ id }) => id === living[0] || id === living[1])
        .sort((a, b) => living.indexOf(String(a['id'])) - living.indexOf(String(b['id'])))
        .map((row) => [row['size'], row['_extra']]);
    expect(await sizes()).toEqual([
      [null, '{"size": "large"}'],
      ['42', null],
    ]);
    // What has settled is not read with the changes any more.
    world.sandbox.clock.advance(2 * hour);
    await world.sync({ only });
    for (const [type, expected] of [
      [
        'string',
        [
          ['large', null],
          ['42', null],
        ],
      ],
      [
        'number',
        [
          [null, '{"size": "large"}'],
          ['42', null],
        ],
      ],
    ] as const) {
      world.sandbox.clock.advance(2 * hour);
      world.sandbox.world.retype('contacts', 'size', { type, fieldType: 'text' });
      await world.sync({ only });
      expect(await sizes()).toEqual(expected);
      expect(await world.differences(['contacts'])).toEqual([]);
    }
  });

  it('is filled again when its property has been away, and when it was made anew under its name', async () => {
    const world = await account();
    world.sandbox.world.addProperty('contacts', shoeSize);
    await world.sync({ only });
    world.sandbox.clock.advance(2 * hour);
    world.sandbox.world.archiveProperty('contacts', 'shoe_size');
    await world.sync({ only });
    const [first] = [...world.sandbox.world.truth.records('contacts')].filter((r) => r.state === 'active');
    world.sandbox.clock.advance(2 * hour);
    world.sandbox.world.restoreProperty('contacts', 'shoe_size');
    const asked: Asked[] = [];
    await world.sync({ only, around: { source: listening(asked) } });
    expect(asked.filter(({ properties }) => properties.length === 1)).toHaveLength(2);
    world.sandbox.clock.advance(2 * hour);
    world.sandbox.world.addProperty('contacts', { ...shoeSize, fill: () => '7' });
    await world.sync({ only });
    const rows = await world.tables.rows('contacts');
    expect(rows.find(({ id }) => id === first!.id)).toMatchObject({ shoe_size: '7' });
    expect(await world.differences(['contacts'])).toEqual([]);
  });

  it('is not filled again because HubSpot spells in another way when its property was defined', async () => {
    const world = await account({ extraProperties: 0 });
    world.sandbox.world.addProperty('contacts', shoeSize);
    await world.sync({ only });
    world.sandbox.clock.advance(2 * hour);
    const asked: Asked[] = [];
    const source = (given: Source): Source => ({
      ...listening(asked)(given),
      properties: async (...question) =>
        (await given.properties(...question)).map((property) => ({
          ...property,
          createdAt: property.createdAt?.replace('Z', '+00:00') ?? null,
        })),
    });
    await world.sync({ only, around: { source } });
    expect(asked.filter(({ properties }) => properties.length === 1)).toEqual([]);
  });
});
