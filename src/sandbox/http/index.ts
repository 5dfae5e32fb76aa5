export type { Incoming } from './dispatch.ts';
export { openDoor } from './door.ts';
export { openExports } from './exports.ts';
export type { Sent } from './fault-answers.ts';
export { openUsage } from './rate-limits.ts';
export { openServer } from './server.ts';
