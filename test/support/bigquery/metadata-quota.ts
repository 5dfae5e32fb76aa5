import { ApiError } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { DoubleClock } from './clock.ts';

const operations = 5;
const window = 10_000;

/**
 * Five changes of a table's metadata in ten seconds: making and patching it, DDL, loads. DML counts, too, but is not
 * refused.
 * https://docs.cloud.google.com/bigquery/quotas#standard_tables
 */
export class MetadataQuota {
  readonly #clock: DoubleClock;
  enabled: boolean;

  constructor(clock: DoubleClock, enabled: boolean) {
    this.#clock = clock;
    this.enabled = enabled;
  }

  take(table: StoredTable): void {
    const recent = this.#recent(table);
    if (this.enabled && recent.length >= operations)
      throw new ApiError(
        'rateLimitExceeded',
        'Exceeded rate limits: too many table update operations for this table. For more information, see https://cloud.google.com/bigquery/docs/troubleshoot-quotas',
      );
    recent.push(this.#clock.now());
  }

  count(table: StoredTable): void {
    this.#recent(table).push(this.#clock.now());
  }

  #recent({ operations }: StoredTable): number[] {
    const since = this.#clock.now() - window;
    while (operations[0] !== undefined && operations[0] <= since) operations.shift();
    return operations;
  }
}
