import type { Progress } from '../run.ts';
import { duration } from '../figures.ts';
import { amount, outcomeText, timeLeft, type ProgressView } from './progress-view.ts';

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
  const running = new Map<string, Running>();
  const timer = setInterval(() => running.forEach((each) => say(lineOf(each))), every);
  timer.unref();
  return {
    on(event) {
      switch (event.kind) {
        case 'started':
          break;
        case 'moved':
          running.set(event.pipeline, following(event, running.get(event.pipeline)));
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

interface Running {
  readonly moved: Moved;
  /** When its phase began, by `performance.now()`, and what had been read of it then. */
  readonly since: number;
  readonly before: number;
}

function following(moved: Moved, known: Running | undefined): Running {
  if (known?.moved.phase === moved.phase) return { ...known, moved };
  return { moved, since: performance.now(), before: moved.read };
}

function lineOf({ moved, since, before }: Running): Line {
  const { pipeline, phase, read, expected } = moved;
  const left = timeLeft(moved, { elapsed: performance.now() - since, before });
  const facts = {
    phase,
    read,
    ...(expected !== undefined && { expected }),
    ...(left !== undefined && { secondsLeft: Math.round(left / 1000) }),
  };
  const time = left === undefined ? '' : `, ${duration(left)} left`;
  return { pipeline, text: `${phase}: ${amount(read, expected)}${time}`, facts };
}
