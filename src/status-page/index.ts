export { accessTo } from './access.ts';
export { conditionOf, type Circumstances } from './condition.ts';
export type { Readiness, StatusViews } from './routes.ts';
export type { DayReport, PipelineReport, StatusDocument, WarehouseReport } from './status-document.ts';
export { openStatusServer, type StatusServer } from './status-server.ts';
export { verdictOf } from './verdict.ts';
export type { LivePipeline, WorkerState } from './worker-state.ts';
