import { describe, expect, it, vi } from 'vitest';
import type { Job, JobList } from '../../../support/bigquery/rest.ts';
import { idOf, structs, withDouble } from './world.ts';

const world = withDouble({ metadataQuota: false });

async function failureOf(sql: string): Promise<string | undefined> {
  const { status } = await world.client.query(sql);
  return status?.errorResult?.message;
}

describe('a script', () => {
  it('commits all statements of a transaction, and tells of each what it did', async () => {
    const t = await world.table("(1, 'a'), (2, 'b')");
    const job = await world.client.query(
      `BEGIN TRANSACTION;
UPDATE ${t} SET name = 'c' WHERE id = 1;
DELETE FROM ${t} WHERE id = 2;
INSERT INTO ${t} (id) VALUES (3), (4);
MERGE INTO ${t} AS t USING (SELECT 3 AS id UNION ALL SELECT 9) AS s ON t.id = s.id
WHEN MATCHED THEN UPDATE SET name = 'm' WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
SELECT name FROM ${t} WHERE id = 3;
COMMIT TRANSACTION;`,
      { jobId: 'counts' },
    );
    expect(job.status).toEqual({ state: 'DONE' });
    expect(job.statistics).toMatchObject({ numChildJobs: '7', query: { statementType: 'SCRIPT' } });
    const { jobs = [] } = await world.client.request<JobList>('GET', '/jobs', {
      query: { parentJobId: 'counts' },
    });
    const told = jobs.map(({ statistics }) => ({
      line: statistics?.scriptStatistics?.stackFrames?.[0]?.startLine,
      type: statistics?.query?.statementType,
      counts: Object.values(statistics?.query?.dmlStats ?? {}).join(' '),
      parent: statistics?.parentJobId,
    }));
    const parent = 'counts';
    // Newest first.
    expect(told.reverse()).toEqual([
      { line: 1, type: 'BEGIN_TRANSACTION', counts: '', parent },
      { line: 2, type: 'UPDATE', counts: '0 1 0', parent },
      { line: 3, type: 'DELETE', counts: '0 0 1', parent },
      { line: 4, type: 'INSERT', counts: '2 0 0', parent },
      { line: 5, type: 'MERGE', counts: '1 1 0', parent },
      { line: 7, type: 'SELECT', counts: '', parent },
      { line: 8, type: 'COMMIT_TRANSACTION', counts: '', parent },
    ]);
    const select = jobs.find(({ statistics }) => statistics?.query?.statementType === 'SELECT');
    const results = await world.client.request('GET', `/queries/${select?.jobReference?.jobId ?? ''}`, {
      query: { location: 'EU' },
    });
    expect(results).toMatchObject({ rows: [{ f: [{ v: 'm' }] }] });
  });

  it('rolls back at an error, and tells of it in jobs.get alone', async () => {
    const t = await world.table("(1, 'a')");
    const script = `BEGIN TRANSACTION;
UPDATE ${t} SET name = 'c' WHERE id = 1;
SELECT IF((SELECT COUNT(*) FROM ${t}) = 7, 'ok', ERROR('STALE'));
COMMIT TRANSACTION;`;
    const inserted = await world.client.request<Job>('POST', '/jobs', {
      body: {
        jobReference: { jobId: 'stale', location: 'EU' },
        configuration: { query: { query: script, useLegacySql: false } },
      },
    });
    expect(inserted.status).toEqual({ state: 'RUNNING' });
    const job = await world.client.request<Job>('GET', '/jobs/stale', { query: { location: 'EU' } });
    const errorResult = { reason: 'invalidQuery', location: 'query', message: 'Query error: STALE at [3:1]' };
    expect(job.status).toEqual({ state: 'DONE', errorResult, errors: [errorResult] });
    expect(await world.client.rows(`SELECT name FROM ${t}`)).toEqual([['a']]);
  });

  it('leaves nothing behind without COMMIT, and keeps what was written before BEGIN', async () => {
    const t = await world.table("(1, 'a')");
    await world.client.query(
      `INSERT INTO ${t} (id) VALUES (2);\nBEGIN TRANSACTION;\nDELETE FROM ${t} WHERE TRUE;`,
    );
    expect(await world.client.rows(`SELECT id FROM ${t} ORDER BY id`)).toEqual([['1'], ['2']]);
  });

  it('has one time in a transaction', async () => {
    const t = await world.table();
    await world.client.query(`ALTER TABLE ${t} ADD COLUMN stamp TIMESTAMP`);
    await world.client.query(`BEGIN TRANSACTION;
INSERT INTO ${t} (id, stamp) VALUES (1, CURRENT_TIMESTAMP());
INSERT INTO ${t} (id, stamp) VALUES (2, CURRENT_TIMESTAMP());
COMMIT TRANSACTION;`);
    expect(await world.client.rows(`SELECT COUNT(DISTINCT stamp) FROM ${t}`)).toEqual([['1']]);
    await world.client.query(`INSERT INTO ${t} (id, stamp) VALUES (3, CURRENT_TIMESTAMP());
INSERT INTO ${t} (id, stamp) VALUES (4, CURRENT_TIMESTAMP());`);
    expect(await world.client.rows(`SELECT COUNT(DISTINCT stamp) FROM ${t}`)).toEqual([['3']]);
  });

  it('refuses DDL of permanent tables in a transaction, and takes temporary ones', async () => {
    const t = await world.table("(1, 'a')");
    const ddl = `BEGIN TRANSACTION;\nALTER TABLE ${t} ADD COLUMN c STRING;\nCOMMIT TRANSACTION;`;
    expect(await failureOf(ddl)).toMatch(/not supported within a transaction/);
    const temporary = `BEGIN TRANSACTION;
CREATE TEMP TABLE gone AS WITH RECURSIVE r AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM r WHERE n < 3) SELECT n FROM r;
DELETE FROM ${t} AS t WHERE t.id IN (SELECT n FROM gone);
COMMIT TRANSACTION;`;
    expect(await failureOf(temporary)).toBeUndefined();
    expect(await failureOf(temporary)).toBeUndefined();
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t}`)).toEqual([['0']]);
  });
});

describe('transactions that run at the same time', () => {
  /** Long enough that others come in between. */
  const slow = `SELECT COUNT(*) FROM UNNEST(@n) AS a, UNNEST(@n) AS b, UNNEST(@n) AS c;`;
  const parameters = [
    structs(
      'n',
      { x: 'INT64' },
      Array.from({ length: 400 }, (_, i) => ({ x: String(i) })),
    ),
  ];
  const changing = (t: string): string =>
    `BEGIN TRANSACTION;\nUPDATE ${t} SET name = CONCAT(name, 'x') WHERE TRUE;\n${slow}\nCOMMIT TRANSACTION;`;

  it('are cancelled but for one when they change the same table', async () => {
    const t = await world.table("(1, 'a')");
    const jobs = await Promise.all([1, 2, 3].map(() => world.client.query(changing(t), { parameters })));
    const messages = jobs.flatMap(({ status }) => status?.errorResult?.message ?? []);
    expect(messages).toHaveLength(2);
    expect(messages[0]).toMatch(
      new RegExp(`Transaction is aborted due to concurrent update against table p:d\\.${idOf(t)}\\. `),
    );
    expect(await world.client.rows(`SELECT name FROM ${t}`)).toEqual([['ax']]);
  });

  it('are cancelled when the table was changed since they began', async () => {
    const t = await world.table("(1, 'a')");
    const late = `BEGIN TRANSACTION;\n${slow}\n${slow}\nUPDATE ${t} SET name = 'late' WHERE TRUE;\nCOMMIT TRANSACTION;`;
    const running = world.client.query(late, { parameters, jobId: 'late' });
    await vi.waitUntil(() => world.double.requests.some(({ jobId }) => jobId === 'late'));
    await world.client.query(`UPDATE ${t} SET name = 'early' WHERE TRUE`);
    const job = await running;
    expect(job.status?.errorResult?.message).toMatch(/concurrent update/);
    expect(await world.client.rows(`SELECT name FROM ${t}`)).toEqual([['early']]);
  });

  it('do not mind inserts, even by MERGE, nor changes of other tables', async () => {
    const [t, other] = [await world.table("(1, 'a')"), await world.table("(1, 'a')")];
    const inserting = `BEGIN TRANSACTION;
MERGE INTO ${t} AS t USING (SELECT 2 AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id);
${slow}
COMMIT TRANSACTION;`;
    const jobs = await Promise.all(
      [inserting, inserting, changing(t), changing(other)].map((sql) =>
        world.client.query(sql, { parameters }),
      ),
    );
    expect(jobs.flatMap(({ status }) => status?.errorResult ?? [])).toEqual([]);
    // Both inserted the same id: nothing but an UPDATE keeps them apart.
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t} WHERE id = 2`)).toEqual([['2']]);
  });

  it('let statements outside of transactions wait', async () => {
    const t = await world.table("(1, 'a')");
    const jobs = await Promise.all([
      world.client.query(changing(t), { parameters }),
      ...[1, 2, 3].map(() => world.client.query(`UPDATE ${t} SET name = CONCAT(name, 'y') WHERE TRUE`)),
    ]);
    const failures = jobs.flatMap(({ status }) => status?.errorResult?.message ?? []);
    const [[name] = []] = await world.client.rows(`SELECT name FROM ${t}`);
    // The transaction comes first, or is cancelled by a statement that was faster; no statement fails.
    expect(name).toBe(failures.length === 0 ? 'axyyy' : 'ayyy');
    expect(failures.every((message) => message.includes('concurrent update'))).toBe(true);
  });
});

describe('a change of rows', () => {
  it('fails where a row would be changed by two', async () => {
    const t = await world.table("(1, 'a'), (2, 'b')");
    const twice = "(SELECT 1 AS id, 'x' AS name UNION ALL SELECT 1, 'y')";
    const merge = `MERGE INTO ${t} AS t USING ${twice} AS s ON t.id = s.id`;
    const message = 'UPDATE/MERGE must match at most one source row for each target row';
    expect(await failureOf(`${merge} WHEN MATCHED THEN UPDATE SET name = s.name`)).toBe(message);
    expect(await failureOf(`UPDATE ${t} AS t SET name = s.name FROM ${twice} AS s WHERE t.id = s.id`)).toBe(
      message,
    );
    expect(await world.client.rows(`SELECT name FROM ${t} ORDER BY id`)).toEqual([['a'], ['b']]);
    // Only one of the two would change it.
    expect(
      await failureOf(`${merge} WHEN MATCHED AND s.name = 'y' THEN UPDATE SET name = s.name`),
    ).toBeUndefined();
    expect(await world.client.rows(`SELECT name FROM ${t} WHERE id = 1`)).toEqual([['y']]);
  });

  it('changes or deletes by MERGE what the source has not, all or nothing with the rest', async () => {
    const t = await world.table("(1, 'a'), (2, 'b'), (3, 'c')");
    await world.client.query(`UPDATE ${t} SET tags = ['x'] WHERE id = 2`);
    const merge = (sources: string): string =>
      `MERGE INTO ${t} AS t USING (${sources}) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id)`;
    const job = await world.client.query(
      `${merge('SELECT 1 AS id UNION ALL SELECT 4')} WHEN NOT MATCHED BY SOURCE AND t.name <> 'c' THEN UPDATE SET name = 'gone'`,
    );
    expect(job.statistics?.query?.dmlStats).toEqual({
      insertedRowCount: '1',
      updatedRowCount: '1',
      deletedRowCount: '0',
    });
    const rows = `SELECT id, name, ARRAY_LENGTH(tags) FROM ${t} ORDER BY id`;
    const changed = [
      ['1', 'a', '0'],
      ['2', 'gone', '1'],
      ['3', 'c', '0'],
      ['4', null, '0'],
    ];
    expect(await world.client.rows(rows)).toEqual(changed);
    const deletion = 'WHEN NOT MATCHED BY SOURCE THEN DELETE';
    expect(await failureOf(`${merge('SELECT CAST(NULL AS INT64) AS id')} ${deletion}`)).toMatch(/null/);
    expect(await world.client.rows(rows)).toEqual(changed);
    await world.client.query(`${merge('SELECT 4 AS id')} ${deletion}`);
    expect(await world.client.rows(rows)).toEqual([changed[3]]);
  });

  it('needs a condition, and columns that there are', async () => {
    const t = await world.table();
    expect(await failureOf(`UPDATE ${t} SET name = 'x'`)).toMatch(/must have a WHERE/);
    expect(await failureOf(`DELETE FROM ${t}`)).toMatch(/must have a WHERE/);
    expect(await failureOf(`UPDATE ${t} SET nope = 'x' WHERE TRUE`)).toMatch(/nope is not present/);
    expect(await failureOf(`SELECT nope FROM ${t}`)).toBe('Unrecognized name: nope');
    expect(await failureOf(`SELECT t.nope FROM ${t} AS t`)).toBe('Name nope not found inside t');
    expect(await failureOf(`SELECT s.id FROM ${t} AS t`)).toBe('Unrecognized name: s');
    expect(await failureOf('SELECT id FROM nowhere')).toMatch(
      /^Table "nowhere" must be qualified with a dataset/,
    );
  });

  it('stores an empty array for NULL, and no NULL where one is required', async () => {
    const t = await world.table();
    await world.client.query(`INSERT INTO ${t} (id, tags) VALUES (1, NULL)`);
    await world.client.query(`INSERT INTO ${t} (id, tags) SELECT 2, CAST(NULL AS ARRAY<STRING>)`);
    await world.client.query(`INSERT INTO ${t} (id, tags) VALUES (3, ['x'])`);
    await world.client.query(`UPDATE ${t} SET tags = NULL WHERE id = 3`);
    await world.client.query(
      `MERGE INTO ${t} AS t USING (SELECT 4 AS id) AS s ON t.id = s.id WHEN NOT MATCHED THEN INSERT (id, tags) VALUES (s.id, NULL)`,
    );
    await world.client.query(`INSERT INTO ${t} (id) VALUES (5)`);
    expect(await world.client.rows(`SELECT COUNT(*) FROM ${t} WHERE ARRAY_LENGTH(tags) = 0`)).toEqual([
      ['5'],
    ]);
    expect(await failureOf(`INSERT INTO ${t} (name) VALUES ('x')`)).toBe('Required field id cannot be null');
  });
});
