import type { Log } from '../service.ts';
import { openBars } from './bars.ts';
import { openLines } from './lines.ts';
import type { ProgressView } from './progress-view.ts';
import type { Terminal } from './terminal.ts';

export interface ProgressOptions {
  readonly terminal: Terminal;
  readonly log: Log;
  readonly kind: 'bars' | 'lines' | 'log';
}

/** Bars that redraw themselves, a line now and then, or the same as log lines. */
export function openProgress({ terminal, log, kind }: ProgressOptions): ProgressView {
  switch (kind) {
    case 'bars':
      return openBars(terminal);
    case 'lines':
      return openLines((line) => terminal.note(`${line.pipeline.padEnd(14)} ${line.text}`));
    case 'log':
      return openLines(({ pipeline, text, facts }) => log.info({ pipeline, ...facts }, text));
  }
}
