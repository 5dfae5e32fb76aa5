import { afterAll, beforeAll } from 'vitest';
import { testClient, type TestClient } from '../../../support/bigquery/client.ts';
import { startBigqueryDouble, type BigqueryDouble } from '../../../support/bigquery/index.ts';
import type { QueryParameter, QueryParameterType, TableField } from '../../../support/bigquery/rest.ts';

export interface World {
  readonly double: BigqueryDouble;
  readonly client: TestClient;
  /** A table of its own for each test, with these rows of `id` and `name`; its path in backticks. */
  table(values?: string, fields?: readonly TableField[]): Promise<string>;
}

/** A double with the dataset `d` in the EU, for all tests of a file. */
export function withDouble(options: Parameters<typeof startBigqueryDouble>[0] = {}): World {
  const world: { double?: BigqueryDouble; client?: TestClient; tables: number } = { tables: 0 };
  beforeAll(async () => {
    world.double = await startBigqueryDouble({ project: 'p', ...options });
    world.client = testClient(world.double.url, 'p');
    await world.client.request('POST', '/datasets', {
      body: { datasetReference: { datasetId: 'd' }, location: 'EU' },
    });
  });
  afterAll(() => world.double?.close());
  return {
    get double() {
      return world.double as BigqueryDouble;
    },
    get client() {
      return world.client as TestClient;
    },
    async table(values = '', fields = people) {
      world.tables += 1;
      const tableId = `t${String(world.tables)}`;
      await world.client?.request('POST', '/datasets/d/tables', {
        body: { tableReference: { tableId }, schema: { fields } },
      });
      const path = `\`p.d.${tableId}\``;
      if (values !== '') await world.client?.rows(`INSERT INTO ${path} (id, name) VALUES ${values}`);
      return path;
    },
  };
}

const people: readonly TableField[] = [
  { name: 'id', type: 'INT64', mode: 'REQUIRED' },
  { name: 'name', type: 'STRING' },
  { name: 'tags', type: 'STRING', mode: 'REPEATED' },
];

export function idOf(path: string): string {
  return path.replaceAll('`', '').split('.').at(-1) ?? '';
}

export function scalar(name: string, type: string, value: string | null): QueryParameter {
  return { name, parameterType: { type }, parameterValue: { value: value as string } };
}

export function array(name: string, type: string, values: readonly string[]): QueryParameter {
  return {
    name,
    parameterType: { type: 'ARRAY', arrayType: { type } },
    parameterValue: { arrayValues: values.map((value) => ({ value })) },
  };
}

export function structs(
  name: string,
  types: Readonly<Record<string, string>>,
  values: readonly Readonly<Record<string, string | null>>[],
): QueryParameter {
  const structTypes = Object.entries(types).map(([name, type]) => ({ name, type: { type } }));
  const arrayType: QueryParameterType = { type: 'STRUCT', structTypes };
  const arrayValues = values.map((one) => ({
    structValues: Object.fromEntries(
      Object.entries(one).map(([field, value]) => [field, { value: value as string }]),
    ),
  }));
  return { name, parameterType: { type: 'ARRAY', arrayType }, parameterValue: { arrayValues } };
}
