import { DuckDBInstance, DuckDBScalarFunction, VARCHAR, type DuckDBConnection } from '@duckdb/node-api';
import { createRequire } from 'node:module';
import { canonicalJson, writeJson } from './canonical-json.ts';
import { parseJson } from './parse-json.ts';
import { functions } from './sql/macros.ts';
import { parseTimestamp } from './values.ts';

// DuckDB's client reads a text that begins with U+FEFF without it, as if a file began there.
const accessors = createRequire(import.meta.url)('@duckdb/node-api/lib/vectors/dataAccessors.js') as {
  textDecoder: TextDecoder;
};
accessors.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

export interface Duck {
  /** A connection for one job at a time. */
  borrow(): Promise<DuckDBConnection>;
  giveBack(connection: DuckDBConnection): void;
  close(): void;
}

/** A database in memory, with BigQuery's functions. */
export async function openDuck(): Promise<Duck> {
  // Small statements are slower with more threads, and tests have few cores.
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    default_null_order: 'nulls_first_on_asc_last_on_desc',
  });
  const all: DuckDBConnection[] = [];
  const free: DuckDBConnection[] = [];
  const open = async (): Promise<DuckDBConnection> => {
    const connection = await instance.connect();
    all.push(connection);
    return connection;
  };
  const first = await open();
  for (const scalar of scalarFunctions()) first.registerScalarFunction(scalar);
  for (const sql of functions) await first.run(sql);
  free.push(first);
  return {
    borrow: async () => free.pop() ?? (await open()),
    giveBack: (connection) => void free.push(connection),
    close() {
      for (const connection of all) connection.closeSync();
      instance.closeSync();
    },
  };
}

/** All of the work or nothing. A COMMIT that fails has rolled back, and ROLLBACK would hide why. */
export async function inTransaction<Result>(
  connection: DuckDBConnection,
  work: () => Promise<Result>,
): Promise<Result> {
  await connection.run('BEGIN');
  let result: Result;
  try {
    result = await work();
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
  await connection.run('COMMIT');
  return result;
}

function scalarFunctions(): DuckDBScalarFunction[] {
  return [
    textFunction('bq_parse_json', 1, ([text = '']) => canonicalJson(text)),
    textFunction('bq_timestamp_micros', 1, ([text = '']) => {
      const micros = parseTimestamp(text);
      if (micros === undefined) throw new Error(`Invalid timestamp: '${text}'`);
      return String(micros);
    }),
    textFunction('bq_json_member', 2, ([json = '', name = '']) => {
      const members = membersOf(json);
      return members?.has(name) === true ? writeJson(members.get(name)) : null;
    }),
    textFunction('bq_json_remove', 2, ([json = '', name = '']) => {
      const members = membersOf(json);
      if (members === undefined) return json;
      return writeJson(new Map([...members].filter(([member]) => member !== name)));
    }),
    textFunction('bq_json_keys', 1, ([json = '']) =>
      JSON.stringify([...(membersOf(json)?.keys() ?? [])].sort()),
    ),
  ];
}

/** Nothing where it is no object. */
function membersOf(json: string): ReadonlyMap<string, unknown> | undefined {
  const value = parseJson(json);
  return value instanceof Map ? (value as ReadonlyMap<string, unknown>) : undefined;
}

/** A function of texts that is NULL where one of them is. */
function textFunction(
  name: string,
  parameters: number,
  compute: (texts: readonly string[]) => string | null,
): DuckDBScalarFunction {
  return DuckDBScalarFunction.create({
    name,
    parameterTypes: new Array<typeof VARCHAR>(parameters).fill(VARCHAR),
    returnType: VARCHAR,
    mainFunction(_info, input, output) {
      const columns = Array.from({ length: parameters }, (_, i) => input.getColumnVector(i));
      for (let row = 0; row < input.rowCount; row += 1) {
        const texts = columns.map((column) => column.getItem(row) as string | null);
        output.setItem(row, texts.includes(null) ? null : compute(texts as string[]));
      }
      output.flush();
    },
  });
}
