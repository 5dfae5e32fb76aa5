import { open, type FileHandle } from 'node:fs/promises';
import { relative } from 'node:path';
import { lookAt } from './files.ts';
import { searchFor } from './search.ts';

/** The files in which something has the form of a Service Key, read piece by piece: they may be as large as a database. */
export async function keysInFolder(folder: string): Promise<readonly string[]> {
  const search = searchFor([]);
  const found: string[] = [];
  for (const file of lookAt(folder).keys()) {
    if (await some(file, (piece) => search(piece).length > 0)) found.push(relative(folder, file));
  }
  return found;
}

const size = 4 * 1024 * 1024;
/** More than a key is long, so that none is lost between two pieces. */
const overlap = 64;

async function some(file: string, test: (piece: Buffer) => boolean): Promise<boolean> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return false;
  try {
    return await someOf(handle, test);
  } finally {
    await handle.close();
  }
}

async function someOf(handle: FileHandle, test: (piece: Buffer) => boolean): Promise<boolean> {
  const buffer = Buffer.alloc(size);
  for (let at = 0; ; at += size - overlap) {
    const { bytesRead } = await handle.read(buffer, 0, size, at);
    if (test(buffer.subarray(0, bytesRead))) return true;
    if (bytesRead < size) return false;
  }
}
