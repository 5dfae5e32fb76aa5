import type { ChildProcess } from 'node:child_process';
import { basename, relative } from 'node:path';
import type { Readable } from 'node:stream';
import { bytesOf, lookAt, writtenSince } from './files.ts';
import { childrenOf, shownBy, type Shown } from './processes.ts';
import { searchFor } from './search.ts';
import { remember, secretFolders, secretsGiven } from './secrets.ts';

interface Watching {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** It is a terminal, and what it has started is the process that is watched. */
  readonly isTerminal?: boolean;
  /** What somebody types meanwhile; keys among it are secrets. */
  readonly typed?: readonly string[];
}

/** What prints keys, or takes those of the sandbox as an argument, since that is what it is for. */
const printing = new Set(['sandbox', 'demo']);

/**
 * Watches a process for the secrets that it was given: in what it says, in what /proc shows of it and its children while it runs,
 * and in the files of its working folder. Returns what tells where they were found so far, in a sentence each.
 */
export function watchProcess(child: ChildProcess, watching: Watching): () => readonly string[] {
  const { args, env, cwd, isTerminal = false, typed = [] } = watching;
  const given = new Set(secretsGiven(env, cwd));
  const hiding = secretFolders(env, cwd);
  const before = lookAt(cwd, hiding);
  const said = { 'standard output': heard(child.stdout), 'standard error': heard(child.stderr) };
  const shown = watchProc(child, isTerminal);
  return () => {
    // A key may have been rotated meanwhile.
    for (const secret of secretsGiven(env, cwd)) given.add(secret);
    for (const text of typed) if (text.startsWith('pat-')) given.add(text.trim());
    remember(...given);
    const search = searchFor(given);
    const found = (where: string, bytes: Buffer): string[] =>
      search(bytes).map((way) => `${where} has ${way}`);
    const open = [
      ...found('its arguments', Buffer.from(args.join('\n'))),
      ...Object.entries(said).flatMap(([where, chunks]) => found(where, Buffer.concat(chunks))),
    ];
    return [
      ...(printing.has(args[0] ?? '') ? [] : open),
      ...shown()
        .filter(({ pid }) => pid !== child.pid || !printing.has(args[0] ?? ''))
        .flatMap(({ where, bytes }) => found(where, bytes)),
      ...writtenSince(before, cwd, hiding)
        .filter((file) => basename(file) !== '.env')
        .flatMap((file) => found(`the file ${relative(cwd, file)}`, bytesOf(file))),
    ];
  };
}

/** Looks ten times a second; each thing is kept once. */
function watchProc(child: ChildProcess, isTerminal: boolean): () => readonly Shown[] {
  const kept = new Map<string, Shown>();
  const doubtful = new Set<string>();
  const look = (): void => {
    if (child.pid === undefined || child.exitCode !== null) return;
    const pid = isTerminal ? childrenOf(child.pid)[0] : child.pid;
    for (const shown of pid === undefined ? [] : shownBy(pid)) {
      const name = `${shown.pid} ${shown.where} ${shown.bytes.toString('latin1')}`;
      if (shown.isDoubtful && !doubtful.has(name)) doubtful.add(name);
      else kept.set(name, shown);
    }
  };
  look();
  const timer = setInterval(look, 100).unref();
  child.once('exit', () => clearInterval(timer));
  return () => [...kept.values()];
}

/** What comes through the stream, without setting it flowing: whoever reads it later still gets all of it. */
function heard(stream: Readable | null): Buffer[] {
  const chunks: Buffer[] = [];
  if (stream === null) return chunks;
  const push = stream.push.bind(stream);
  stream.push = (chunk: unknown, encoding?: BufferEncoding) => {
    if (chunk instanceof Uint8Array || typeof chunk === 'string') chunks.push(Buffer.from(chunk));
    return push(chunk, encoding);
  };
  return chunks;
}
