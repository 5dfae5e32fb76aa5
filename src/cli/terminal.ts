import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];

/** Where a command writes: results to `out`, all else to `note`. */
export interface Terminal {
  /** A result, with its line break. */
  readonly out: (text: string) => void;
  /** A line for people on standard error; above the progress bars while there are some. */
  readonly note: (text: string) => void;
  /** As `note`, for a whole line that has its line break. */
  readonly log: (line: string) => void;
  /** Sends notes through `print` until the returned function is called. */
  readonly divert: (print: (line: string) => void) => () => void;
  /** For results. Plain in a pipe, with `NO_COLOR` and with `--no-color`. */
  readonly paint: (style: Style, text: string) => string;
  /** For standard error. */
  readonly paintNote: (style: Style, text: string) => string;
  readonly notesInColor: boolean;
  /** Whether standard error can redraw lines. */
  readonly live: boolean;
}

export function openTerminal(options: { readonly color: boolean }): Terminal {
  const { stdout, stderr } = process;
  const toStderr = (line: string): void => void stderr.write(line);
  let print = toStderr;
  const painter =
    (stream: NodeJS.WritableStream) =>
    (style: Style, text: string): string =>
      options.color ? styleText(style, text, { stream }) : text;
  const paintNote = painter(stderr);
  return {
    out: (text) => void stdout.write(`${text}\n`),
    note: (text) => print(`${text}\n`),
    log: (line) => print(line),
    divert(to) {
      print = to;
      return () => (print = toStderr);
    },
    paint: painter(stdout),
    paintNote,
    notesInColor: paintNote('bold', '') !== '',
    live: stderr.isTTY && stderr.columns > 40,
  };
}

/** A reader that went away, such as `head`, is no error; what was to be done is done all the same. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
}
