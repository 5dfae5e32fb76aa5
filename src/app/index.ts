export type { Flags, Settings } from '../../config/index.ts';
export { openApp, type App, type AppOptions } from './app.ts';
export type { CheckReport, PipelineCheck } from './check.ts';
export { openDemo, type Demo } from './demo.ts';
export { openLog, strikeOut } from './log.ts';
export { readSettings } from './read-settings.ts';
export type { PipelineStatus, StatusReport } from './status.ts';
export type { SyncReport, SyncRequest } from './sync-once.ts';
export { openSandbox, type Sandbox, type SandboxChoice } from '../sandbox/index.ts';
