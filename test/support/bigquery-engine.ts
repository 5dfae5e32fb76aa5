import { PassThroughClient } from 'google-auth-library';
import { silentLog, systemClock, type Clock } from '../../src/service.ts';
import { tableName } from '../../src/warehouse/bigquery/identifier.ts';
import { openBigquery } from '../../src/warehouse/bigquery/index.ts';
import { startBigqueryDouble, type BigqueryDouble } from './bigquery/index.ts';
import { rewritingProxy, type Rewriting } from './bigquery/rewriting-proxy.ts';
import { quote } from './bigquery/sql/types.ts';
import type { Engine } from './engine.ts';
import type { Holds } from './expected-cell.ts';
import type { Tables } from './tables.ts';

export interface BigqueryEngine extends Engine {
  readonly double: BigqueryDouble;
}

const dataset = 'hubspot';

/** What cells in BigQuery have room for. */
export const bigqueryCells: Holds = { number: { whole: 29, places: 9 }, json: 'doubles' };

interface BigqueryEngineOptions {
  /** Whether calls wait for their turn; else they come over each other, as over any network. */
  readonly inTurn?: boolean;
  /** What becomes of requests on their way. */
  readonly rewriting?: Rewriting;
}

/** A double of BigQuery's of its own. */
export async function bigqueryEngine({
  inTurn = false,
  rewriting,
}: BigqueryEngineOptions = {}): Promise<BigqueryEngine> {
  const double = await startBigqueryDouble();
  const { project } = double;
  const proxy = rewriting && (await rewritingProxy(double.url, rewriting));
  const endpoint = proxy?.url ?? double.url;
  return {
    double,
    inProcess: inTurn,
    another: () => bigqueryEngine({ inTurn }),
    tables: bigqueryTables(double),
    holds: bigqueryCells,
    open: () =>
      openBigquery({
        project,
        dataset,
        stateDataset: `${dataset}_keyway`,
        stagingDataset: `${dataset}_keyway_staging`,
        location: 'EU',
        endpoint,
        authClient: new PassThroughClient(),
        clock: hastyOn(double),
        log: silentLog,
      }),
    async close() {
      proxy?.close();
      await double.close();
    },
  };
}

/**
 * Waits are real in what they order, and not in how long they take: when one is over, the double's time is as late as if it
 * had taken that long, so that what is only to be waited for has passed.
 */
function hastyOn({ clock }: BigqueryDouble): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      const until = clock.now() + ms;
      await systemClock.sleep(Math.min(ms, 1), signal);
      clock.advance(Math.max(0, until - clock.now()));
    },
  };
}

/** What is stored, past the API and the SQL that is tested; cells as Postgres writes them. */
export function bigqueryTables({ sql }: Pick<BigqueryDouble, 'sql'>): Tables {
  return {
    async rows(table) {
      const name = tableName(table);
      const columns = await sql(
        `select column_name as name, data_type as type from duckdb_columns()
          where schema_name = '${dataset}' and table_name = '${name}' order by column_index`,
      );
      if (columns.length === 0) return [];
      const cells = columns.map((column, place) => {
        const cell = quote(String(column['name']));
        return `${written(cell, String(column['type']))} as c${String(place)}`;
      });
      const found = await sql(`select ${cells.join(', ')} from ${dataset}.${quote(name)}`);
      // A column may be called `__proto__`.
      return found.map((row) =>
        Object.fromEntries(
          columns.map((column, place) => [String(column['name']), row[`c${String(place)}`]]),
        ),
      );
    },
  };
}

function written(column: string, type: string): string {
  if (type.endsWith('[]')) return `case when len(${column}) > 0 then ${column} end`;
  return type === 'TIMESTAMP' ? `${column}::varchar || '+00'` : `${column}::varchar`;
}
