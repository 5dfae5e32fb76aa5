import type { Pipeline, Stage } from '../world/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok } from './exchange.ts';
import { notFound } from './refusal.ts';

export function listPipelines(exchange: Exchange): Answer {
  return ok({ results: pipelinesOf(exchange).map((pipeline) => pipelineJson(pipeline)) });
}

export function onePipeline(exchange: Exchange): Answer {
  return ok(pipelineJson(pipelineOf(exchange)));
}

export function listStages(exchange: Exchange): Answer {
  return ok({ results: pipelineOf(exchange).stages.map((stage) => stageJson(stage)) });
}

export function oneStage(exchange: Exchange): Answer {
  const stage = pipelineOf(exchange).stages.find(({ id }) => id === exchange.params['stageId']);
  if (stage === undefined) throw notFound();
  return ok(stageJson(stage));
}

/** Who changed a pipeline or a stage; this account was set up in one go. */
export function pipelineAudit(exchange: Exchange): Answer {
  const { id, createdAt } = pipelineOf(exchange);
  const entry = { identifier: id, action: 'CREATE', portalId: exchange.state.options.portalId };
  return ok({ results: [{ ...entry, timestamp: iso(createdAt), message: 'created', rawObject: {} }] });
}

function pipelinesOf({ state, params }: Exchange): Pipeline[] {
  return [...(state.pipelines.get(params['objectType'] ?? '')?.values() ?? [])];
}

function pipelineOf(exchange: Exchange): Pipeline {
  const found = pipelinesOf(exchange).find(({ id }) => id === exchange.params['pipelineId']);
  if (found === undefined) throw notFound();
  return found;
}

/** Pipelines write full seconds without milliseconds. */
const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.000Z$/, 'Z');

function pipelineJson({ createdAt, updatedAt, stages, ...pipeline }: Pipeline): unknown {
  return {
    ...pipeline,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    stages: stages.map((stage) => stageJson(stage)),
  };
}

function stageJson({ createdAt, updatedAt, ...stage }: Stage): unknown {
  return {
    ...stage,
    createdAt: iso(createdAt),
    updatedAt: iso(updatedAt),
    writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
  };
}
