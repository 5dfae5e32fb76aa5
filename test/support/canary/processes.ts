import { readdirSync, readFileSync } from 'node:fs';

/** What a running process and those that it has started show to others: command lines, and the environments of the latter. */
export interface Shown {
  readonly pid: number;
  readonly where: string;
  readonly bytes: Buffer;
  /** It may just have been forked, with the memory of whoever did, and be about to become another program. */
  readonly isDoubtful: boolean;
}

/** Empty where there is no /proc, and of processes that are gone. */
export function shownBy(pid: number): readonly Shown[] {
  const own = read(`/proc/${pid}/cmdline`);
  return [
    { pid, where: 'its command line', bytes: own, isDoubtful: false },
    ...descendants(pid).flatMap((child) => {
      const environment = read(`/proc/${child}/environ`);
      const commandLine = read(`/proc/${child}/cmdline`);
      const about = { pid: child, isDoubtful: commandLine.equals(own) };
      return [
        { ...about, where: 'the command line of a process that it started', bytes: commandLine },
        { ...about, where: 'the environment of a process that it started', bytes: environment },
      ];
    }),
  ];
}

function descendants(pid: number): number[] {
  return childrenOf(pid).flatMap((child) => [child, ...descendants(child)]);
}

export function childrenOf(pid: number): number[] {
  return threads(pid).flatMap((thread) =>
    read(`/proc/${pid}/task/${thread}/children`).toString().split(' ').filter(Boolean).map(Number),
  );
}

function threads(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

function read(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}
