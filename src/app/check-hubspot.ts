import { requireKey } from '../../config/index.ts';
import { asKeywayError, KeywayError } from '../errors.ts';
import { fingerprint, type Hubspot } from '../hubspot/index.ts';
import type { ObjectPipeline, Pipeline } from '../pipeline.ts';
import type { Account } from '../source.ts';
import type { Table } from '../table.ts';
import { mergesTable, objectTable } from '../transform/index.ts';
import { postgresLimits } from '../warehouse/postgres/index.ts';
import type { AppParts } from './app.ts';
import type { CheckReport, PipelineCheck } from './check.ts';
import { openSource } from './open-source.ts';
import { selectPipelines } from './select-pipelines.ts';

export interface HubspotCheck extends Pick<CheckReport, 'key' | 'account' | 'pipelines' | 'error'> {
  readonly tables: readonly Table[];
}

/** Key, account, and what the key may read of each pipeline. */
export async function checkHubspot(parts: AppParts): Promise<HubspotCheck> {
  const selection = selectPipelines(parts.settings, []);
  const source = openSource(parts);
  const key = fingerprint(requireKey(parts.settings).reveal());
  const found = { pipelines: [] as PipelineCheck[], tables: [] as Table[] };
  let account: Account | undefined;
  try {
    account = await source.account(parts.signal);
    for (const pipeline of selection.pipelines) {
      const result = await checkPipeline(parts, source, pipeline);
      found.pipelines.push({ named: selection.isNamed(pipeline.name), ...result.check });
      found.tables.push(...result.tables);
    }
    return { key: { ok: true, fingerprint: key }, account, ...found, error: undefined };
  } catch (thrown) {
    parts.signal.throwIfAborted();
    const error = asKeywayError(thrown);
    // Once it has named its account, the key is not what is wrong.
    const ok = account !== undefined && error.code !== 'key_refused';
    return {
      key: { ok, fingerprint: key, ...(ok ? {} : { problem: error.message }) },
      account,
      ...found,
      error,
    };
  } finally {
    await source.close();
  }
}

interface PipelineFindings {
  readonly check: Omit<PipelineCheck, 'named'>;
  readonly tables: readonly Table[];
}

async function checkPipeline(
  parts: AppParts,
  source: Hubspot,
  pipeline: Pipeline,
): Promise<PipelineFindings> {
  const scopes = pipeline.kind === 'associations' ? [] : pipeline.scopes;
  const about = { pipeline: pipeline.name, scopes };
  try {
    const tables = await tablesOf(parts, source, pipeline);
    return { check: { ...about, readable: true }, tables };
  } catch (error) {
    if (!(error instanceof KeywayError) || error.verdict !== 'skip') throw error;
    return { check: { ...about, readable: false, problem: error.message }, tables: [] };
  }
}

/** Reading a little of it is the only sure test that a key may. */
async function tablesOf(parts: AppParts, source: Hubspot, pipeline: Pipeline): Promise<readonly Table[]> {
  switch (pipeline.kind) {
    case 'associations':
      return [pipeline.links, pipeline.types];
    case 'object':
      return objectTables(parts, source, pipeline);
    case 'dictionary':
      if (pipeline.dictionary === 'owners') await source.owners(parts.signal);
      return pipeline.tables.map(({ table }) => table);
  }
}

async function objectTables(
  parts: AppParts,
  source: Hubspot,
  pipeline: ObjectPipeline,
): Promise<readonly Table[]> {
  const refusal = await source.probe(pipeline.object, parts.signal);
  if (refusal !== undefined) throw refusal;
  const definitions = await source.properties(pipeline.object, parts.signal);
  const { table } = objectTable(pipeline, definitions, postgresLimits);
  return pipeline.merges ? [table, mergesTable] : [table];
}
