import type { Kind } from './kinds.ts';

/** One setting: what parses it, documents it and completes it in an editor. Its name in the table is its path in YAML. */
export interface Setting {
  readonly kind: Kind<unknown>;
  /** Environment variable, where it is not the path in capitals: `sync.lag` is `KEYWAY_SYNC__LAG`. */
  readonly env?: string;
  readonly flag?: string;
  /** As one would write it; absent: the setting may be left out, and `otherwise` says what happens then. */
  readonly default?: string | number;
  readonly otherwise?: string;
  readonly meaning: string;
  readonly example: unknown;
  readonly secret?: true;
  /** Whether `<env>_FILE` may name a file that holds the value. */
  readonly file?: true;
  /** Whether that file may be empty or missing for now, since its value comes and goes. */
  readonly comesLater?: true;
  /** `never`: not in YAML, which people commit · `no password`: there only without one. */
  readonly yaml?: 'never' | 'no password';
}
