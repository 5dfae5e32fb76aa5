import { MultiBar, type SingleBar } from 'cli-progress';
import type { PipelineRun, Progress } from '../run.ts';
import { count, duration } from '../figures.ts';
import { amount, outcomeText, timeLeft, type Seen, type ProgressView } from './progress-view.ts';
import type { Terminal } from './terminal.ts';

/** One bar per pipeline, redrawn in place on standard error; notes appear above them. */
export function openBars(terminal: Terminal): ProgressView {
  const bars = new MultiBar({
    stream: process.stderr,
    hideCursor: true,
    // Its own signal handlers would end the process before the clean stop has.
    gracefulExit: false,
    // A note moves all bars down, also those that stand still.
    forceRedraw: true,
    fps: 8,
    format: (_options, _parameters, payload: Payload) => payload.line(),
  });
  const lines = new Map<string, Bar>();
  const restore = terminal.divert((line) => bars.log(line));
  const showCursor = (): void => void process.stderr.write('\u001b[?25h');
  process.once('exit', showCursor);
  return {
    on(event) {
      const name = event.kind === 'finished' ? event.run.pipeline : event.pipeline;
      const known = lines.get(name);
      const bar = known ?? startBar(bars, terminal, name);
      if (known === undefined) lines.set(name, bar);
      bar.on(event);
    },
    close() {
      bars.update();
      bars.stop();
      restore();
      process.off('exit', showCursor);
    },
  };
}

interface Payload {
  line(): string;
}

interface Bar {
  on(event: Progress): void;
}

function startBar(bars: MultiBar, terminal: Terminal, name: string): Bar {
  let phase = '';
  let startedAt = performance.now();
  let before = 0;
  let line = (): string => lineOf(terminal, { name, text: 'starting' });
  const bar: SingleBar = bars.create(1, 0, { line: () => line() } satisfies Payload);
  return {
    on(event) {
      switch (event.kind) {
        case 'started':
          return;
        case 'moved':
          if (event.phase !== phase)
            [phase, startedAt, before] = [event.phase, performance.now(), event.read];
          line = () => moving(terminal, event, { elapsed: performance.now() - startedAt, before });
          return;
        case 'finished':
          line = () => finished(terminal, event.run);
          bar.update(1);
      }
    },
  };
}

interface LineParts {
  readonly name: string;
  readonly text: string;
  readonly mark?: string;
}

function lineOf(terminal: Terminal, { name, text, mark = ' ' }: LineParts): string {
  const room = process.stderr.columns - 20;
  return `${mark} ${name.padEnd(14)} ${text.length > room ? text : terminal.paintNote('dim', text)}`;
}

const width = 24;

function moving(terminal: Terminal, event: Extract<Progress, { kind: 'moved' }>, seen: Seen): string {
  const { pipeline: name, phase, read, expected } = event;
  const share = expected === undefined || expected === 0 ? 0 : Math.min(1, read / expected);
  const full = Math.round(share * width);
  const track =
    terminal.paintNote('cyan', '█'.repeat(full)) + terminal.paintNote('dim', '░'.repeat(width - full));
  const left = timeLeft(event, seen);
  const { elapsed, before } = seen;
  const speed = elapsed > 2000 ? `, ${count(Math.round((1000 * (read - before)) / elapsed))}/s` : '';
  const text = `${phase}: ${amount(read, expected)}${speed}${left === undefined ? '' : `, ${duration(left)} left`}`;
  return expected === undefined || process.stderr.columns < 90
    ? lineOf(terminal, { name, text })
    : `  ${name.padEnd(14)} ${track} ${text}`;
}

function finished(terminal: Terminal, run: PipelineRun): string {
  const good = run.outcome === 'complete';
  const mark = good
    ? terminal.paintNote('green', '✓')
    : terminal.paintNote('yellow', run.outcome === 'failed' ? '✗' : '–');
  return lineOf(terminal, { name: run.pipeline, text: outcomeText(run), mark });
}
