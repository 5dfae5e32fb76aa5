import type {
  CheckReport,
  KeyComparison,
  ReconcileReport,
  SyncReport,
  KeyVerification,
} from '../app/index.ts';
import type { ErrorCode } from '../errors.ts';
import type { Signal } from './signals.ts';

export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  keyRefused: 3,
  missed: 4,
  different: 5,
  tryLater: 75,
  SIGINT: 130,
  SIGTERM: 143,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const byCode: Readonly<Record<ErrorCode, ExitCode>> = {
  account_mismatch: exitCodes.keyRefused,
  checkpoint_moved: exitCodes.tryLater,
  config_invalid: exitCodes.usage,
  daily_limit: exitCodes.tryLater,
  hubspot_bad_answer: exitCodes.failed,
  hubspot_bad_request: exitCodes.failed,
  hubspot_migrating: exitCodes.tryLater,
  hubspot_not_found: exitCodes.failed,
  hubspot_rate_limited: exitCodes.tryLater,
  hubspot_unavailable: exitCodes.failed,
  internal: exitCodes.failed,
  key_missing: exitCodes.usage,
  key_refused: exitCodes.keyRefused,
  lease_held: exitCodes.tryLater,
  mass_deletion: exitCodes.failed,
  not_available: exitCodes.missed,
  property_refused: exitCodes.missed,
  request_not_allowed: exitCodes.failed,
  scope_missing: exitCodes.missed,
  unknown_pipeline: exitCodes.usage,
  unknown_run: exitCodes.usage,
  warehouse_newer: exitCodes.failed,
  warehouse_refused: exitCodes.failed,
  warehouse_unavailable: exitCodes.failed,
  webhook_refused: exitCodes.failed,
  wrong_node: exitCodes.usage,
};

export function exitOfError(code: ErrorCode): ExitCode {
  return byCode[code];
}

/** The gravest thing that happened to a pipeline: a key that is refused outweighs a failure that may pass. */
export function exitOfSync(
  report: Pick<SyncReport, 'pipelines' | 'missed'>,
  signal: Signal | undefined,
): ExitCode {
  const unfinished = report.pipelines.filter(
    ({ outcome, code }) =>
      outcome === 'failed' || outcome === 'interrupted' || (outcome === 'partial' && code !== undefined),
  );
  const codes = unfinished.flatMap(({ code }) => (code === undefined ? [] : [exitOfError(code)]));
  if (codes.includes(exitCodes.keyRefused)) return exitCodes.keyRefused;
  if (codes.includes(exitCodes.usage)) return exitCodes.usage;
  if (signal !== undefined && unfinished.length > 0) return exitCodes[signal];
  if (codes.includes(exitCodes.tryLater)) return exitCodes.tryLater;
  if (unfinished.length > codes.length || codes.some((code) => code !== exitCodes.missed)) {
    return exitCodes.failed;
  }
  if (unfinished.length > 0) return exitCodes.missed;
  return report.missed.length > 0 ? exitCodes.missed : exitCodes.done;
}

export function exitOfReconcile(report: ReconcileReport, signal: Signal | undefined): ExitCode {
  const exit = exitOfSync(report, signal);
  const differs = report.reconciliations.some(({ verdict }) => verdict === 'different');
  const rest: readonly ExitCode[] = [exitCodes.done, exitCodes.missed];
  return differs && rest.includes(exit) ? exitCodes.different : exit;
}

export function exitOfCheck(report: CheckReport): ExitCode {
  if (report.error !== undefined) return exitOfError(report.error.code);
  if (report.ok) return exitCodes.done;
  return report.warehouse.ok ? exitCodes.missed : exitCodes.failed;
}

export function exitOfComparison({ verdict }: KeyComparison): ExitCode {
  return { same: exitCodes.done, different: exitCodes.different, 'not comparable': exitCodes.failed }[
    verdict
  ];
}

export function exitOfVerification(keys: readonly KeyVerification[]): ExitCode {
  const unfit = keys.filter(({ fit }) => !fit);
  const refused = unfit.find(({ error }) => error !== undefined)?.error;
  if (refused !== undefined) return exitOfError(refused.code);
  return unfit.length > 0 ? exitCodes.missed : exitCodes.done;
}
