import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { KeywayError } from '../errors.ts';
import { compareIds } from '../source.ts';

/**
 * The ids of a list, `151,152`, or of the lines of a file, `@ids.txt`: ascending, each once. A file is read line by line, and
 * holds no more than a million of them. Throws `config_invalid`.
 */
export async function backfillIds(text: string): Promise<readonly string[]> {
  const found = new Set<string>();
  if (text.startsWith('@')) await addLines(text.slice(1), found);
  else for (const id of text.split(',')) add(id, found);
  if (found.size === 0) throw wrong('--ids names none: give such as --ids 151,152 or --ids @ids.txt.');
  return [...found].sort(compareIds);
}

const mostIds = 1_000_000;

async function addLines(path: string, found: Set<string>): Promise<void> {
  let line = 0;
  try {
    for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
      line += 1;
      for (const id of text.split(',')) add(id, found, ` in line ${line} of ${path}`);
    }
  } catch (error) {
    if (error instanceof KeywayError) throw error;
    const { code = 'unreadable' } = error as NodeJS.ErrnoException;
    throw wrong(`The file of --ids, ${path}, cannot be read (${code}).`);
  }
}

function add(text: string, found: Set<string>, where = ''): void {
  const id = text.trim();
  if (id === '') return;
  if (!/^[1-9]\d{0,18}$/.test(id) || compareIds(id, '9223372036854775807') > 0)
    throw wrong(
      `--ids: ${JSON.stringify(id.slice(0, 40))}${where} is no record id, which is a whole number.`,
    );
  found.add(id);
  if (found.size > mostIds)
    throw wrong(`--ids takes ${mostIds} ids at most: backfill a span with --since, or all records, instead.`);
}

function wrong(message: string): KeywayError {
  return new KeywayError('config_invalid', message);
}
