import { validateDetailed } from 'node-cron';
import { z } from 'zod';
import type { Kind } from './kinds.ts';
import { didYouMean } from './nearest.ts';

export interface Schedule {
  readonly cron: string;
  readonly timeZone: string;
}

export interface OwnSchedule extends Schedule {
  readonly pipelines: readonly string[];
}

const cronMust =
  'must be a cron expression of five fields (minute, hour, day of the month, month, day of the week) in quotes, such as "0 * * * *"';

const cronType = z.string(cronMust).superRefine((given, context) => {
  const message = cronProblem(given);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

export const cron: Kind<string> = { type: cronType, fromText: (given) => given };

const timeZoneType = z.string('must be a time zone such as Europe/Berlin').superRefine((given, context) => {
  if (isTimeZone(given)) return;
  const meant = didYouMean(given, Intl.supportedValuesOf('timeZone'));
  context.addIssue({ code: 'custom', message: `must be a time zone such as UTC or Europe/Berlin${meant}` });
});

export const timeZone: Kind<string> = { type: timeZoneType, fromText: (given) => given };

const ownMust =
  'must be schedules by pipeline such as {deals: "*/10 * * * *"}, or by any name such as {nightly: {cron: "30 2 * * *", pipelines: [lists]}}';

const ownType = z.strictObject(
  {
    cron: cronType,
    timeZone: timeZoneType.optional(),
    /** Absent: the one of that name. */
    pipelines: z
      .array(z.string('must be names of pipelines'), 'must be a list of pipelines')
      .min(1, 'must name at least one pipeline')
      .optional(),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? unknownKeys(issue.keys) : ownMust) },
);

type Own = Omit<OwnSchedule, 'timeZone'> & { readonly timeZone?: string };

/** Schedules that are not the default one; no pipeline has two. */
export const ownSchedules: Kind<readonly Own[]> = {
  type: z
    .record(z.string(), z.union([cronType, ownType], { error: unionProblem }), ownMust)
    .transform((given) => Object.entries(given).map(([name, each]) => ownOf(name, each)))
    .superRefine((given, context) => {
      const named = given.flatMap(({ pipelines }) => [...new Set(pipelines)]);
      const twice = named.find((name, index) => named.indexOf(name) < index);
      if (twice !== undefined)
        context.addIssue({
          code: 'custom',
          message: `must give each pipeline one schedule; ${twice} has two`,
        });
    }),
  fromText: (given) => {
    try {
      return JSON.parse(given) as unknown;
    } catch {
      return given;
    }
  },
};

function ownOf(name: string, given: string | z.output<typeof ownType>): Own {
  if (typeof given === 'string') return { cron: given, pipelines: [name] };
  const { pipelines = [name], timeZone: zone } = given;
  return { cron: given.cron, pipelines, ...(zone !== undefined && { timeZone: zone }) };
}

/** Which of the two was meant shows in what it is. */
function unionProblem({ input }: { readonly input?: unknown }): string {
  if (typeof input === 'string') return cronProblem(input) ?? ownMust;
  const problem = ownType.safeParse(input).error?.issues[0];
  if (problem === undefined || typeof input !== 'object') return ownMust;
  return [problem.path.join('.'), problem.message].filter((part) => part !== '').join(' ');
}

function unknownKeys(keys: readonly string[]): string {
  return `has no ${keys.join(', ')}${didYouMean(keys[0] ?? '', ['cron', 'timeZone', 'pipelines'])}`;
}

function cronProblem(given: string): string | undefined {
  // Seconds would be a sixth one: nothing is asked that often.
  if (!given.startsWith('@') && given.trim().split(/\s+/).length !== 5) return cronMust;
  const { errors } = validateDetailed(given);
  return errors.length === 0 ? undefined : `${cronMust}: ${errors.map(({ message }) => message).join(', ')}`;
}

function isTimeZone(given: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: given }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
