import { duration } from './kinds.ts';
import { cron, ownSchedules, timeZone } from './schedules.ts';
import type { Setting } from './setting.ts';

/** When the long-running worker runs what. */
export const scheduleSettings = {
  'schedules.default': {
    kind: cron,
    default: '0 * * * *',
    meaning:
      'when the worker syncs: a cron expression of five fields (minute, hour, day of the month, month, day of the week), or `@hourly`, `@daily`, `@weekly`, `@monthly`; see [All day](#all-day)',
    example: '*/15 6-20 * * 1-5',
  },
  'schedules.timeZone': {
    kind: timeZone,
    default: 'UTC',
    meaning: 'what schedules are read in; only UTC has no days that are longer or shorter than others',
    example: 'Europe/Berlin',
  },
  'schedules.pipelines': {
    kind: ownSchedules,
    otherwise: 'all go by `schedules.default`',
    meaning:
      'other schedules: by the name of a pipeline; or by any name, with `cron` and `pipelines`, for several; each with a `timeZone` of its own if need be',
    example: {
      deals: '*/10 * * * *',
      nightly: { cron: '30 2 * * *', pipelines: ['lists', 'property_history'], timeZone: 'Europe/Berlin' },
    },
  },
  'schedules.jitter': {
    kind: duration,
    default: '5m',
    meaning:
      'each installation comes later than its schedules by a time of its own, which is less than this, so that not everybody asks HubSpot on the hour',
    example: '0',
  },
} as const satisfies Readonly<Record<string, Setting>>;
