export type { Settings } from '../../config/index.ts';
export { openApp, type App } from './app.ts';
export type { CheckReport, PipelineCheck } from './check.ts';
export { openDemo, type Demo } from './demo.ts';
export { openLog, strikeOut } from './log.ts';
export { readSettings } from './read-settings.ts';
export type { StatusReport } from './status.ts';
export type { SyncReport } from './sync-once.ts';
export { openSandbox, type Sandbox, type SandboxChoice } from '../sandbox/index.ts';
