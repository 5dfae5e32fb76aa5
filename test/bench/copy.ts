import { spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';

const hasPsql = spawnSync('psql', ['--version']).status === 0;

/** psql's `\copy` where there is one; else the same COPY statement, fed from the same file by node. */
export function floorTool(): string {
  return hasPsql ? 'psql \\copy' : 'COPY FROM STDIN (there is no psql here)';
}

export async function copyIn(url: string, table: string, file: string): Promise<void> {
  if (hasPsql) return psql(url, `\\copy ${table} from '${file}'`);
  await withClient(url, (client) =>
    pipeline(
      createReadStream(file, { highWaterMark: 1 << 20 }),
      client.query(copyFrom(`copy ${table} from stdin`)),
    ),
  );
}

export async function copyOut(url: string, table: string, file: string): Promise<void> {
  await withClient(url, (client) =>
    pipeline(client.query(copyTo(`copy ${table} to stdout`)), createWriteStream(file)),
  );
}

function psql(url: string, command: string): void {
  const { status, stderr } = spawnSync('psql', ['-X', '-q', url, '-c', command], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`psql failed: ${stderr}`);
}

async function withClient(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
