export { openExports } from './exports.ts';
export { openUsage } from './rate-limits.ts';
export { openServer } from './server.ts';
