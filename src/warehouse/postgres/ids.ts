import type { IdQuery, StoredId } from '../../warehouse.ts';
import type { Connection } from './connection.ts';
import { identifier } from './identifier.ts';

/** A transaction per chunk: a slow reader holds none open. */
export async function* ids(connection: Connection, query: IdQuery): AsyncGenerator<readonly StoredId[]> {
  let after = query.after ?? null;
  for (;;) {
    const chunk = await oneChunk(connection, query, after);
    if (chunk.length > 0) yield chunk;
    const last = chunk.at(-1);
    if (last === undefined || chunk.length < query.chunk) return;
    after = last.id;
  }
}

const states = {
  living: '_deleted_at is null and not _archived',
  archived: '_deleted_at is null and _archived',
  any: 'true',
} satisfies Record<IdQuery['state'], string>;

function oneChunk(
  connection: Connection,
  query: IdQuery,
  after: string | null,
): Promise<readonly StoredId[]> {
  return connection.transaction(
    async (client) => {
      const { rows } = await client.query<StoredId>(
        `select id::text as id, (${states.living}) as living from ${identifier(connection.schema, query.table)} t
          where ${states[query.state]} and ($1::bigint is null or t.id > $1) and ($2::bigint is null or t.id <= $2)
          order by t.id limit $3`,
        [after, query.upTo ?? null, query.chunk],
      );
      return rows;
    },
    { readOnly: true, table: query.table },
  );
}
