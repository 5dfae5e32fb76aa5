import { gunzipSync } from 'node:zlib';
import { searchFor } from './search.ts';
import { rememberedSecrets } from './secrets.ts';

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Where the double of BigQuery holds a secret that something was given in this file of tests: in what it was sent, or in a table. */
export async function secretsInBigquery(
  sent: readonly Sent[],
  sql: (query: string) => Promise<Rows>,
): Promise<readonly string[]> {
  if (rememberedSecrets().size === 0) return [];
  const search = searchFor(rememberedSecrets());
  const found = sent.flatMap(({ what, bytes }) =>
    search(unpacked(bytes)).map((way) => `a request to BigQuery, ${what}, has ${way}`),
  );
  const tables = await sql(
    `select table_schema as s, table_name as t from information_schema.tables where table_type = 'BASE TABLE'`,
  );
  for (const { s, t } of tables) {
    const rows = JSON.stringify(await sql(`select * from "${String(s)}"."${String(t)}"`));
    found.push(...search(rows).map((way) => `BigQuery's table ${String(s)}.${String(t)} has ${way}`));
  }
  return [...new Set(found)];
}

export interface Sent {
  /** Method and path. */
  readonly what: string;
  /** The address and the body. */
  readonly bytes: Buffer;
}

/** Loads are compressed; what was cut off is searched as far as it came. */
function unpacked(bytes: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from([0x1f, 0x8b]));
  if (at < 0) return bytes;
  try {
    return Buffer.concat([bytes.subarray(0, at), gunzipSync(bytes.subarray(at))]);
  } catch {
    return bytes;
  }
}
