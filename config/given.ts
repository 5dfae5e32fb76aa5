import type { SettingName } from './table.ts';

/** A value that somebody gave for a setting, and how to point at it. */
export interface Given {
  readonly name: SettingName;
  readonly value: unknown;
  /** For `Settings.sources`: where it came from. */
  readonly source: string;
  /** The file named by a `_FILE` variable. */
  readonly file?: string;
  /** The beginning of a sentence about it, or about the part of it at `path` or the word in it that is `word`. */
  subject(path: readonly PropertyKey[], word?: string): string;
}

/** What one place gave, and every sentence about what is wrong with it. */
export interface Reading {
  readonly given: readonly Given[];
  readonly problems: readonly string[];
}

/** Why a file could not be read, for a sentence that names it. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return reasons[code] ?? `cannot be read (${code})`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read by this user',
  EPERM: 'may not be read by this user',
  EISDIR: 'is a folder',
};
