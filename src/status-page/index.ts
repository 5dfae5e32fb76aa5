export { accessTo } from './access.ts';
export type { Readiness, StatusViews } from './routes.ts';
export type { PipelineReport, StatusDocument, WarehouseReport } from './status-document.ts';
export { openStatusServer, type StatusServer } from './status-server.ts';
export { verdictOf } from './verdict.ts';
export type { LivePipeline, WorkerState } from './worker-state.ts';
