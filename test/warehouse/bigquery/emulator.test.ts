import { PassThroughClient } from 'google-auth-library';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, silentLog } from '../../../src/service.ts';
import { Connection } from '../../../src/warehouse/bigquery/connection.ts';
import { apply, differences } from '../../../src/warehouse/bigquery/ddl.ts';
import { path } from '../../../src/warehouse/bigquery/identifier.ts';
import { runJob } from '../../../src/warehouse/bigquery/jobs.ts';
import { logChanges } from '../../../src/warehouse/bigquery/log-changes.ts';
import { migrate } from '../../../src/warehouse/bigquery/migrate.ts';
import { packer } from '../../../src/warehouse/bigquery/pack-row.ts';
import { bind, bindArray, type Parameters } from '../../../src/warehouse/bigquery/parameters.ts';
import { change, pagesOf, select } from '../../../src/warehouse/bigquery/query.ts';
import { fieldsOf, stage } from '../../../src/warehouse/bigquery/staging.ts';
import { uploadJob } from '../../../src/warehouse/bigquery/upload.ts';
import { mergeStatement } from '../../../src/warehouse/bigquery/upsert.ts';
import { type Emulator, startEmulator, whyNoEmulator } from '../../support/bigquery-emulator/emulator.ts';
import { people, person } from '../laws/world.ts';

const project = 'test-project';
/** Waits of a retry pass at once. */
const hurried: Clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
const reason = whyNoEmulator();
if (reason !== undefined) process.stderr.write(`NOT RUN: BigQuery's public emulator: ${reason}\n`);

/**
 * The public emulator, which is somebody else's reading of BigQuery, takes what the client sends. It is a check of the wiring:
 * what it cannot do is named below, and expected to fail, so that a version that can will tell.
 */
describe.skipIf(reason !== undefined)(
  reason === undefined ? 'The public emulator' : `The public emulator (not run: ${reason})`,
  () => {
    let emulator: Emulator;
    let connection: Connection;
    beforeAll(async () => {
      emulator = await startEmulator(project);
      connection = new Connection({
        project,
        dataset: 'hubspot',
        stateDataset: 'hubspot_keyway',
        stagingDataset: 'hubspot_keyway_staging',
        endpoint: emulator.url,
        authClient: new PassThroughClient(),
        clock: hurried,
        log: silentLog,
      });
      await migrate(connection);
      // The table is made; what is then logged of it is among what the emulator cannot do.
      await apply(connection, await differences(connection, [people]), [people]).catch(() => undefined);
    });
    afterAll(() => emulator?.stop());

    /** Rows of `people` in a table of their own, by production's upload. */
    const loaded = async (name: string, ...ids: readonly string[]): Promise<string> => {
      const pack = packer(people);
      const rows = ids.map(
        (id) => pack(person({ id, name: `é ${id}`, tags: ['a', 'b'], amount: '12.5' })).bytes,
      );
      const destinationTable = { projectId: project, datasetId: 'hubspot_keyway_staging', tableId: name };
      const uri = `/datasets/${destinationTable.datasetId}/tables`;
      await connection.create({
        uri,
        body: { tableReference: destinationTable, schema: { fields: fieldsOf(people) } },
      });
      await runJob(connection, {
        id: `load-${name}`,
        configuration: {
          load: {
            destinationTable,
            sourceFormat: 'NEWLINE_DELIMITED_JSON',
            writeDisposition: 'WRITE_APPEND',
            createDisposition: 'CREATE_NEVER',
          },
        },
        insert: (job) => uploadJob(connection, job, Buffer.concat(rows)),
      });
      return path(project, destinationTable.datasetId, name);
    };

    const ask = (sql: string, parameters: Parameters = []): ReturnType<typeof select> =>
      select(connection, { sql, parameters, purpose: 'read' });

    it('tells what is not there', async () => {
      expect(await connection.find({ method: 'GET', uri: '/datasets/nowhere' })).toBeUndefined();
      expect(await connection.find({ method: 'GET', uri: '/datasets/hubspot/tables/none' })).toBeUndefined();
    });

    it('has the datasets and tables that were made, which may be made again', async () => {
      await migrate(connection);
      expect(await differences(connection, [people])).toEqual([]);
      expect((await ask(`SELECT name FROM ${connection.own('migrations')}`)).length).toBeGreaterThan(0);
    });

    it('loads rows by a resumable upload', async () => {
      const table = await loaded('rows', '9007199254740993', '2');
      const rows = await ask(
        `SELECT c0 AS id, c1 AS name, c2 AS tags, c3 AS amount FROM ${table} ORDER BY id`,
      );
      expect(rows).toEqual([
        { id: '2', name: 'é 2', tags: ['a', 'b'], amount: '12.5' },
        { id: '9007199254740993', name: 'é 9007199254740993', tags: ['a', 'b'], amount: '12.5' },
      ]);
    });

    it('merges a table into another, and changes nothing the second time', async () => {
      const table = await loaded('merged', '1', '2', '3');
      const sql = mergeStatement(connection.table('people'), table, people);
      for (const _ of ['once', 'twice']) {
        await change(connection, { sql, parameters: [], purpose: 'commit' });
        expect(await ask(`SELECT COUNT(*) AS n FROM ${connection.table('people')}`)).toEqual([{ n: '3' }]);
      }
    });

    it('gives an answer a page at a time, with parameters', async () => {
      const table = await loaded('paged', '1', '2', '3', '4', '5');
      const parameters: Parameters = [];
      const sql = `SELECT c0 AS id FROM ${table} WHERE c0 > ${bind(parameters, 'INT64', 1)} ORDER BY c0`;
      const pages = await Array.fromAsync(pagesOf(connection, { sql, parameters, purpose: 'read' }, 3));
      expect(pages.map((rows) => rows.map(({ id }) => id))).toEqual([['2', '3', '4'], ['5']]);
    });

    describe('cannot, so that it is no measure of them,', () => {
      it.fails('load what is compressed', async () => {
        const rows = [packer(people)(person({ id: '1' }))];
        await stage(connection, { table: people, rows, name: 'compressed' });
      });

      it.fails('take an array of numbers as a parameter', async () => {
        const parameters: Parameters = [];
        await ask(
          `SELECT x FROM UNNEST(${bindArray(parameters, 'INT64', ['1'])}) AS x WHERE x > 0`,
          parameters,
        );
      });

      it.fails('take an array of structs, as the log of changes is', async () => {
        await logChanges(connection, [{ kind: 'create_table', table: 'people' }]);
      });

      it.fails('add a column', async () => {
        const wider = {
          ...people,
          columns: [...people.columns, { name: 'city', type: 'text' as const, description: '' }],
        };
        await apply(connection, await differences(connection, [wider]), [wider]).catch(() => undefined);
        expect(await differences(connection, [wider])).toEqual([]);
      });

      it.fails('roll a transaction back', async () => {
        const table = await loaded('rolled', '1');
        const sql = `BEGIN TRANSACTION; DELETE FROM ${table} WHERE TRUE; SELECT ERROR('no'); COMMIT TRANSACTION;`;
        await change(connection, { sql, parameters: [], purpose: 'commit' }).catch(() => undefined);
        expect(await ask(`SELECT c0 FROM ${table}`)).toHaveLength(1);
      });

      it.fails('tell a job that it has from a new one', async () => {
        const statement = { sql: 'SELECT 1', parameters: [], purpose: 'read' };
        await change(connection, statement, 'the-same');
        await change(connection, statement, 'the-same');
      });
    });
  },
);
