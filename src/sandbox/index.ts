export type { VirtualClock } from './clock.ts';
export type { FaultKind, FaultRule, Faults } from './faults.ts';
export { allReadScopes, defaultOptions, everyReadScope } from './options.ts';
export type { RateLimits, SandboxChoice, SandboxOptions, Unknowns } from './options.ts';
export type { RequestLog } from './request-log.ts';
export { openSandbox } from './sandbox.ts';
export type { Sandbox } from './sandbox.ts';
export type { Violation, ViolationRule } from './violations.ts';
export type {
  ChurnOptions,
  Happened,
  Keys,
  Ref,
  TrueAssociation,
  TrueRecord,
  Truth,
  World,
} from './world/index.ts';
