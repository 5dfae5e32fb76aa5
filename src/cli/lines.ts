import type { Progress } from '../run.ts';
import { amount, outcomeText, type ProgressView } from './progress-view.ts';

interface Line {
  readonly pipeline: string;
  readonly text: string;
  /** The same for a machine. */
  readonly facts: object;
}

const every = 10_000;

type Moved = Extract<Progress, { kind: 'moved' }>;

/** One line per running pipeline every ten seconds, and one at its end. */
export function openLines(say: (line: Line) => void): ProgressView {
  const running = new Map<string, Moved>();
  const timer = setInterval(() => running.forEach((moved) => say(lineOf(moved))), every);
  timer.unref();
  return {
    on(event) {
      switch (event.kind) {
        case 'started':
          break;
        case 'moved':
          running.set(event.pipeline, event);
          break;
        case 'finished': {
          running.delete(event.run.pipeline);
          const { pipeline, outcome, counts } = event.run;
          say({ pipeline, text: outcomeText(event.run), facts: { outcome, counts } });
        }
      }
    },
    close: () => clearInterval(timer),
  };
}

function lineOf({ pipeline, phase, read, expected }: Moved): Line {
  const facts = { phase, read, ...(expected === undefined ? {} : { expected }) };
  return { pipeline, text: `${phase}: ${amount(read, expected)}`, facts };
}
