import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a folder, and what they were when somebody looked. */
export type Seen = ReadonlyMap<string, string>;

export function lookAt(folder: string, without: readonly string[] = []): Seen {
  const seen = new Map<string, string>();
  for (const entry of entries(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && !without.includes(path))
      for (const [file, mark] of lookAt(path, without)) seen.set(file, mark);
    else if (entry.isFile()) seen.set(path, markOf(path));
  }
  return seen;
}

/** Those that are new or have changed since. */
export function writtenSince(
  before: Seen,
  folder: string,
  without: readonly string[] = [],
): readonly string[] {
  return [...lookAt(folder, without)]
    .filter(([file, mark]) => before.get(file) !== mark)
    .map(([file]) => file);
}

export function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

function entries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function markOf(file: string): string {
  try {
    const { size, mtimeMs, ino } = lstatSync(file);
    return `${size} ${mtimeMs} ${ino}`;
  } catch {
    return '';
  }
}
