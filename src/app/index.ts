export { readSettings, type Flags, type Settings } from '../../config/index.ts';
export { openApp, type App, type AppOptions } from './app.ts';
export type { CheckReport, PipelineCheck } from './check.ts';
export { knownNames } from './select-pipelines.ts';
export type { PipelineStatus, StatusReport } from './status.ts';
export type { SyncReport, SyncRequest } from './sync-once.ts';
