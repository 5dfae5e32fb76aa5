import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { stripVTControlCharacters } from 'node:util';
import { expect, onTestFinished } from 'vitest';
import { watchProcess } from '../support/canary/index.ts';
import { binary } from './run-keyway.ts';

const looked = spawnSync('python3', ['-c', 'import pty, fcntl, termios, sys; print(sys.executable)'], {
  encoding: 'utf8',
});

/** Node has no pseudo-terminals; Python, where there is one, has. */
export const hasTerminals = looked.status === 0;

/** Itself, not a script that looks for it: what that starts would be taken for children of the program. */
const python = hasTerminals ? looked.stdout.trim() : 'python3';

/** The program at a terminal of 100 columns: what is said and typed. */
export interface Conversation {
  /** Waits for this text among what has been said since the last answer, in one line and without colours. */
  until(text: string): Promise<void>;
  type(text: string): void;
  /** All that was ever written to the terminal, colours and all. */
  screen(): string;
  /** The program's exit code. */
  readonly ended: Promise<number | null>;
}

export const keys = {
  enter: '\r',
  down: '\u001B[B',
  right: '\u001B[C',
  space: ' ',
  ctrlC: '\u0003',
} as const;

export function atTerminal(
  args: readonly string[],
  { env, cwd }: { readonly env: Readonly<Record<string, string>>; readonly cwd: string },
): Conversation {
  const all = { PATH: process.env['PATH'], HOME: cwd, TERM: 'xterm', TZ: 'UTC', ...env };
  const child = spawn(python, ['-c', bridge, process.execPath, binary, ...args], { cwd, env: all });
  const typed: string[] = [];
  const found = watchProcess(child, { args, env: all, cwd, isTerminal: true, typed });
  onTestFinished(() => {
    child.kill('SIGKILL');
    expect(found()).toEqual([]);
  });
  let said = '';
  let read = 0;
  let wake = (): void => undefined;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    wake();
  });
  const ended = once(child, 'close').then(([code]) => {
    wake();
    return code as number | null;
  });
  return {
    ended,
    screen: () => said,
    async until(text) {
      const late = setTimeout(() => ((isLate = true), wake()), 40_000);
      let isLate = false;
      while (!plain(said.slice(read)).includes(text)) {
        if (child.exitCode !== null || isLate)
          throw new Error(`it did not say "${text}" but: ${plain(said.slice(read))}`);
        await new Promise<void>((resolve) => (wake = resolve));
      }
      clearTimeout(late);
    },
    type(text) {
      read = said.length;
      typed.push(text);
      child.stdin.write(text);
    },
  };
}

/** Without colours, the bar at the left, and breaks of lines. */
function plain(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[│\s]+/g, ' ');
}

/** Carries bytes between a pseudo-terminal and pipes, and ends as the program does. */
const bridge = `
import fcntl, os, pty, select, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 60, 100, 0, 0))
open_ = [fd, 0]
while True:
    ready, _, _ = select.select(open_, [], [])
    if 0 in ready:
        data = os.read(0, 65536)
        if data: os.write(fd, data)
        else: open_.remove(0)
    if fd in ready:
        try: data = os.read(fd, 65536)
        except OSError: data = b''
        if not data: break
        os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;
