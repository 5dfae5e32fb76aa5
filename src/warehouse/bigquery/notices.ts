import type { Notice, NoticeKind } from '../../notice.ts';
import type { TableResource } from './api.ts';
import type { Connection } from './connection.ts';
import { milliseconds } from './instant.ts';
import { bindStructs, type Parameters } from './parameters.ts';
import { change, select } from './query.ts';

/** None, too, where there is no such table yet: a look must not make it. */
export async function notices(connection: Connection): Promise<readonly Notice[]> {
  const uri = `/datasets/${connection.options.stateDataset}/tables/notices`;
  if ((await connection.find<TableResource>({ method: 'GET', uri })) === undefined) return [];
  const rows = await select(connection, {
    sql: `SELECT id, kind, text, ${milliseconds('told_at')} AS told_at FROM ${connection.own('notices')} ORDER BY told_at, id`,
    parameters: [],
    purpose: 'state',
  });
  return rows.map((row) => ({
    id: String(row['id']),
    kind: String(row['kind']) as NoticeKind,
    text: String(row['text']),
    toldAt: Number(row['told_at']),
  }));
}

export async function keepNotices(connection: Connection, items: readonly Notice[]): Promise<void> {
  const parameters: Parameters = [];
  const given = bindStructs(
    parameters,
    { id: 'STRING', kind: 'STRING', text: 'STRING', told_at: 'INT64' },
    items.map(({ id, kind, text, toldAt }) => ({ id, kind, text, told_at: String(Math.trunc(toldAt)) })),
  );
  const sql = [
    `MERGE INTO ${connection.own('notices')} AS t`,
    `USING (SELECT n.id AS id, n.kind AS kind, n.text AS text, TIMESTAMP_MILLIS(n.told_at) AS told_at FROM UNNEST(${given}) AS n) AS s`,
    'ON t.id = s.id',
    'WHEN MATCHED THEN UPDATE SET kind = s.kind, text = s.text, told_at = s.told_at',
    'WHEN NOT MATCHED THEN INSERT (id, kind, text, told_at) VALUES (s.id, s.kind, s.text, s.told_at)',
    'WHEN NOT MATCHED BY SOURCE THEN DELETE',
  ].join(' ');
  await change(connection, { sql, parameters, purpose: 'state' });
}
