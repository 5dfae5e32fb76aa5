export type { FaultKind } from './faults.ts';
export type { Incoming, Sent } from './http/index.ts';
export { allReadScopes, everyReadScope } from './options.ts';
export type { IndexLag, SandboxChoice } from './options.ts';
export { openSandbox } from './sandbox.ts';
export type { Sandbox } from './sandbox.ts';
