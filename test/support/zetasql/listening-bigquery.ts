import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';
import { type AnalysedJob, analysedJob, refusalOf } from './analysed-job.ts';
import type { Analyser } from './index.ts';
import { KeptTables } from './kept-tables.ts';

type Job = bigquery.default.IJob;

export interface ListeningBigquery {
  /** The origin that stands for BigQuery's. */
  readonly url: string;
  readonly jobs: readonly (AnalysedJob & { readonly bytes: number })[];
  readonly stop: () => Promise<void>;
}

interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

/** The rows of a question, and how many rows a change has changed: what a test needs so that it is asked for more. */
export interface Replies {
  readonly rows: (sql: string, parameters: Readonly<Record<string, unknown>>) => readonly object[];
  readonly changed: (sql: string) => number;
}

/**
 * Stands for BigQuery where only what it is asked matters. It keeps datasets and tables as it is told, by ALTER TABLE too, has
 * each job's SQL analysed against them, and executes none: every job that is right is done at once, with the test's replies.
 */
export async function listeningBigquery(
  analyse: Analyser['analyse'],
  replies: Replies,
): Promise<ListeningBigquery> {
  const state = new Listening(analyse, replies);
  const server = createServer((request, response) => {
    void (async () => {
      const { status = 200, headers, body } = await state.answer(request, await bytesOf(request));
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    })().catch((error: unknown) => {
      response.writeHead(501).end(String(error));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, jobs: state.jobs, stop };
}

class Listening {
  readonly jobs: (AnalysedJob & { readonly bytes: number })[] = [];
  readonly #analyse: Analyser['analyse'];
  readonly #replies: Replies;
  readonly #tables = new KeptTables();
  readonly #sessions = new Map<string, Job>();
  readonly #rows = new Map<string, readonly object[]>();

  constructor(analyse: Analyser['analyse'], replies: Replies) {
    this.#analyse = analyse;
    this.#replies = replies;
  }

  answer(request: IncomingMessage, body: Buffer): Answer | Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const route = `${request.method} ${pathname.replace(/^\/bigquery\/v2\/projects\/[^/]+/, '')}`;
    const [, query] = /^GET \/queries\/(.+)$/.exec(route) ?? [];
    if (query !== undefined) return results(this.#rows.get(query) ?? []);
    if (route.startsWith('POST /upload/')) return this.#session(request, JSON.parse(body.toString()) as Job);
    if (route.startsWith('PUT /upload/')) return this.#load(searchParams.get('upload_id') ?? '', body);
    if (route === 'POST /jobs') return this.#run(JSON.parse(body.toString()) as Job, body.length);
    // No statement of a script has a job of its own that tells anything.
    if (route === 'GET /jobs') return { body: {} };
    return this.#tables.answer(route, body);
  }

  #session({ url, headers }: IncomingMessage, job: Job): Answer {
    const id = job.jobReference?.jobId ?? '';
    this.#sessions.set(id, job);
    return { headers: { location: `http://${headers.host}${url}&upload_id=${id}` }, body: {} };
  }

  #load(id: string, body: Buffer): Answer {
    const rows = gunzipSync(body).toString().trimEnd().split('\n').length;
    return {
      body: { ...done(this.#sessions.get(id) ?? {}), statistics: { load: { outputRows: String(rows) } } },
    };
  }

  async #run(job: Job, bytes: number): Promise<Answer> {
    const { query } = job.configuration ?? {};
    // A client that waits for an answer which no reply gives would wait for ever.
    if (this.jobs.length > mostJobs) throw new Error('So many jobs are a circle: which reply is missing?');
    if (query === undefined) throw new Error('Jobs that load come by upload');
    const analysed = await analysedJob(
      query,
      (path) => Promise.resolve(this.#tables.fields(path)),
      this.#analyse,
    );
    this.jobs.push({ ...analysed, bytes });
    const { sql, complaint } = analysed;
    if (complaint !== undefined) return { status: 400, body: refusalOf(complaint) };
    this.#tables.alter(sql);
    const parameters = (query.queryParameters ?? []).map(({ name, parameterValue }) => [
      name,
      parameterValue?.value,
    ]);
    this.#rows.set(
      job.jobReference?.jobId ?? '',
      this.#replies.rows(sql, Object.fromEntries(parameters) as Readonly<Record<string, unknown>>),
    );
    const numDmlAffectedRows = String(this.#replies.changed(sql));
    return { body: { ...done(job), statistics: { query: { numDmlAffectedRows } } } };
  }
}

const mostJobs = 2_000;

function done(job: Job): Job {
  return { ...job, status: { state: 'DONE' } };
}

function results(rows: readonly object[]): Answer {
  const names = Object.keys(rows[0] ?? {});
  return {
    body: {
      jobComplete: true,
      schema: { fields: names.map((name) => ({ name, type: 'STRING' })) },
      rows: rows.map((row) => ({ f: Object.values(row).map((v: unknown) => ({ v })) })),
    },
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
