import { expect } from 'vitest';
import type { StatusDocument } from '../../src/status-page/index.ts';
import type { WorkerProcess } from './worker-process.ts';

/** Where a worker's page is, by its log. */
export async function urlOf(worker: WorkerProcess): Promise<string> {
  await worker.says(/the status page is open/);
  return /the status page is open.*"url":"([^"]+)"/.exec(worker.text())?.[1] ?? '';
}

export async function stop(worker: WorkerProcess): Promise<void> {
  worker.child.kill('SIGTERM');
  expect((await worker.ended()).exitCode).toBe(143);
}

export const status = async (url: string): Promise<StatusDocument> =>
  (await (await fetch(`${url}/api/status`)).json()) as StatusDocument;
