import { randomBytes } from 'node:crypto';
import { expect, it, onTestFinished } from 'vitest';
import { stored } from '../support/expected-cell.ts';
import { texts } from '../support/hostile-lists.ts';
import { memoryEngine } from '../support/memory-engine.ts';
import { withDatabase } from '../support/postgres.ts';
import { openSyncWorld, syncInto } from '../support/sync-world.ts';
import type { Tables } from '../support/tables.ts';

const only = ['owners', 'pipelines', 'properties'];

it('labels, options, stages and names of people may be any text', async () => {
  const { url } = await withDatabase();
  const world = await openSyncWorld(url, { contacts: 3, extraProperties: 0, nastyRate: 0 });
  onTestFinished(() => world.close());
  const { world: hubspot } = world.sandbox;
  const options = texts.map((text, i) => ({ value: text, label: texts.at(i - 1) ?? '' }));
  const long = randomBytes(30_000).toString('base64');
  hubspot.addProperty('deals', {
    name: 'odd',
    type: 'enumeration',
    fieldType: 'select',
    options: [...options, { value: `${long}1`, label: 'one' }, { value: `${long}2`, label: 'two' }],
  });
  const owners = texts.map((text) => hubspot.addOwner({ firstName: text, lastName: text, email: text }));
  texts.forEach((text, i) => {
    const name = `odd_${i}`;
    hubspot.addProperty('deals', { name, type: 'string', fieldType: 'text', label: text, description: text });
    hubspot.addStage('deals', 'default', { id: name, label: text });
  });
  const memory = memoryEngine();
  for (const runs of [await world.sync({ only }), await syncInto(memory, world.sandbox, { only })])
    expect(runs.map(({ reason }) => reason)).toEqual(only.map(() => undefined));

  for (const tables of [world.tables, memory.tables]) {
    const wanted = texts.map((text) => stored(text) || null);
    const odd = ({ name }: Readonly<Record<string, unknown>>): boolean => String(name).startsWith('odd_');
    const properties = (await tables.rows('properties')).filter(odd);
    expect(new Map(properties.map((row) => [row['name'], [row['label'], row['description']]]))).toEqual(
      new Map(wanted.map((text, i) => [`odd_${i}`, [text, text]])),
    );
    const people = new Map((await tables.rows('owners')).map((row) => [row['id'], row]));
    expect(owners.map((id) => people.get(id)?.['first_name'])).toEqual(wanted);
    expect(owners.map((id) => people.get(id)?.['email'])).toEqual(wanted);
    expect(await stageLabels(tables)).toEqual(new Map(wanted.map((text, i) => [`odd_${i}`, text])));
    const values = (await tables.rows('property_options')).filter(({ name }) => name === 'odd');
    const held = values.map(({ value }) => String(value)).filter((value) => Buffer.byteLength(value) <= 2000);
    const short = texts.map(stored).filter((value) => Buffer.byteLength(value) <= 2000);
    expect(new Set(held)).toEqual(new Set(short));
    // What is too long for a key is told apart all the same.
    expect(values).toHaveLength(new Set(texts.map(stored)).size + 2);
  }
});

async function stageLabels(tables: Tables): Promise<ReadonlyMap<unknown, unknown>> {
  const stages = (await tables.rows('pipeline_stages')).filter(({ id }) => String(id).startsWith('odd_'));
  return new Map(stages.map((row) => [row['id'], row['label']]));
}
