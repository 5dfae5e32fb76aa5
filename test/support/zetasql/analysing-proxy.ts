import { createServer, type IncomingMessage, request as httpRequest, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import type bigquery from '@google-cloud/bigquery/build/src/types.d.ts';
import { type AnalysedJob, analysedJob, type Field, type Query, refusalOf } from './analysed-job.ts';
import type { Analyser } from './index.ts';

export interface AnalysingProxy {
  /** The origin that stands for BigQuery's. */
  readonly url: string;
  readonly jobs: readonly AnalysedJob[];
  readonly stop: () => Promise<void>;
}

/**
 * Stands between a client and BigQuery, or what stands for it, and has each query job's SQL analysed, with the types of
 * its parameters, against the tables as they are at that moment. What is wrong is refused, as BigQuery would; all other
 * requests are handed on as they are.
 */
export async function analysingProxy(target: string, analyse: Analyser['analyse']): Promise<AnalysingProxy> {
  const jobs: AnalysedJob[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const body = await bytesOf(request);
      const query = queryOf(request, body);
      if (query === undefined) return handOn(target, request, body, response);
      const job = await analysedJob(query, (path) => schemaAt(target, path), analyse);
      jobs.push(job);
      if (job.complaint === undefined) return handOn(target, request, body, response);
      response.writeHead(400, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refusalOf(job.complaint)));
    })().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, jobs, stop };
}

function queryOf({ method, url = '' }: IncomingMessage, body: Buffer): Query | undefined {
  if (method !== 'POST' || !/^\/bigquery\/v2\/projects\/[^/]+\/jobs(?:\?|$)/.test(url)) return undefined;
  return (JSON.parse(body.toString()) as bigquery.default.IJob).configuration?.query;
}

async function schemaAt(target: string, path: string): Promise<readonly Field[] | undefined> {
  const [project, dataset, table] = path.split('.');
  const answer = await fetch(`${target}/bigquery/v2/projects/${project}/datasets/${dataset}/tables/${table}`);
  if (!answer.ok) return undefined;
  return ((await answer.json()) as bigquery.default.ITable).schema?.fields ?? [];
}

/** With its own host, so that addresses in answers lead here again; an answer that breaks off breaks off here, too. */
function handOn(
  target: string,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const onward = httpRequest(target, { method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      pipeline(answer, response).then(resolve, reject);
    });
    onward.on('error', reject);
    onward.end(body);
  });
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
