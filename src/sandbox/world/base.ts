import { hash } from '../random.ts';

/** How the account stood when the sandbox began: pure functions of seed and number. */

export const day = 86_400_000;
/** HubSpot empties its recycle bin after so long. */
export const binRetention = 90 * day;
const accountAge = 1100 * day;

/** The number into which a record was merged before the sandbox began: every merge made a new, higher record. */
export function baseMergedInto(seed: number, n: number, count: number): number | undefined {
  const place = n % 100;
  const into = place === 48 ? n + 2 : place === 49 ? n + 1 : -1;
  return into > 0 && into < count && isMergeResult(seed, into) ? into : undefined;
}

/** The numbers that were merged into this one. */
export function baseMergeSources(seed: number, n: number): readonly number[] {
  return isMergeResult(seed, n) ? [n - 2, n - 1] : [];
}

function isMergeResult(seed: number, n: number): boolean {
  return n % 100 === 50 && hash(seed, n, 91) % 10 < 3;
}

export interface BaseTimes {
  readonly startAt: number;
  readonly count: number;
}

/** Creation follows the order of the ids, evenly over the age of the account. */
export function baseCreated(seed: number, n: number, { startAt, count }: BaseTimes): number {
  const slot = accountAge / Math.max(1, count);
  const within = (hash(seed, n, 92) / 2 ** 32) * slot;
  return Math.floor(startAt - accountAge - 3_600_000 + n * slot + within);
}

/** Most records were touched long ago; one in seven got its stamp from one bulk job, all in one millisecond. */
export function baseUpdated(seed: number, n: number, created: number, startAt: number): number {
  const h = hash(seed, n, 93);
  const bulk = startAt - 20 * day + 7_200_417;
  if (h % 7 === 0 && created < bulk) return bulk;
  const u = hash(seed, n, 94) / 2 ** 32;
  return created + Math.floor((startAt - 60_000 - created) * u * u * 0.98);
}

/** When a record went to the recycle bin before the sandbox began. */
export function baseArchivedAt(
  seed: number,
  n: number,
  created: number,
  startAt: number,
): number | undefined {
  if (hash(seed, n, 95) % 50 !== 0) return undefined;
  const at = startAt - day - (hash(seed, n, 96) % (80 * day));
  return at > created + 1000 ? at : undefined;
}

/** Ids that nobody has any more. */
export function baseGone(seed: number, n: number): boolean {
  return hash(seed, n, 97) % 200 === 0;
}
