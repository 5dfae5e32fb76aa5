import { z } from 'zod';
import type { StagePipeline } from '../source.ts';
import { apiPaths } from './api-paths.ts';
import type { Client } from './client.ts';
import { allResults, flag, id, number, text } from './dictionary.ts';

/** The pipelines of an object with their stages, all in one answer. */
export function readStagePipelines(
  client: Client,
  object: string,
  signal: AbortSignal,
): Promise<readonly StagePipeline[]> {
  return allResults(client, { path: apiPaths.pipelines(object), item: pipeline }, signal);
}

const common = {
  id,
  label: z
    .string()
    .nullish()
    .transform((value) => value ?? ''),
  displayOrder: number,
  archived: flag,
  createdAt: text,
  updatedAt: text,
};

const stage = z.object({
  ...common,
  metadata: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((facts) => facts ?? {}),
});

const pipeline = z.object({ ...common, stages: z.array(stage) });
