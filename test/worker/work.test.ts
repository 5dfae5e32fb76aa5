import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../src/service.ts';
import { delayOf, openTimetable, work, type Pause, type Schedule } from '../../src/worker/index.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

interface Story {
  readonly from: string;
  /** In time that passes, whatever the clock says. */
  readonly lasts: number;
  readonly schedules?: Readonly<Record<string, Schedule | string>>;
  readonly done?: Readonly<Record<string, string | undefined>>;
  readonly delay?: number;
  /** Milliseconds that a run takes. */
  readonly takes?: number;
  /** By how much the clock jumps once so much time has passed. */
  readonly jump?: { readonly after: number; readonly by: number };
  readonly pause?: (run: number, now: number) => Pause | undefined;
  /** Whether the n-th run does not come about. */
  readonly fails?: (run: number) => boolean;
  /** Something long: milliseconds that it takes in all, and a step of it. */
  readonly long?: { readonly takes: number; readonly step: number; readonly pause?: Pause };
}

interface Told {
  readonly at: string;
  readonly pipelines: string;
}

/** Time passes in waits alone. What was run, and when by the clock. */
async function story(given: Story): Promise<readonly Told[]> {
  const { lasts, schedules = { contacts: '0 * * * *' }, done = {}, delay = 0, takes = 1000, jump } = given;
  let passed = 0;
  const stop = new AbortController();
  const now = (): number =>
    Date.parse(given.from) + passed + (jump !== undefined && passed >= jump.after ? jump.by : 0);
  const clock: Clock = {
    now,
    async sleep(ms) {
      await setImmediate();
      expect(ms).toBeGreaterThan(0);
      passed += ms;
      if (passed >= lasts) stop.abort();
    },
  };
  const scheduleOf = (pipeline: string): Schedule => {
    const schedule = schedules[pipeline] ?? '0 * * * *';
    return typeof schedule === 'string' ? { cron: schedule, timeZone: 'UTC' } : schedule;
  };
  const last = (pipeline: string): number | undefined =>
    done[pipeline] === undefined ? undefined : Date.parse(done[pipeline]);
  const timetable = openTimetable({
    scheduleOf,
    delay,
    done: new Map(Object.keys(schedules).map((name) => [name, last(name)])),
  });
  const told: Told[] = [];
  let isRunning = false;
  let left = given.long?.takes ?? 0;
  const begun = now();
  await work({
    clock,
    timetable,
    stop: stop.signal,
    ...(given.long && {
      meanwhile: {
        next: () => (left > 0 ? begun : undefined),
        async goOn(makesWay) {
          expect(isRunning).toBe(false);
          told.push({ at: new Date(now()).toISOString().slice(0, 16), pipelines: 'long' });
          do {
            await clock.sleep(given.long!.step);
            left -= given.long!.step;
          } while (left > 0 && !makesWay());
          return given.long!.pause;
        },
      },
    }),
    onIdle: () => undefined,
    async run(isDue) {
      expect(isRunning).toBe(false);
      isRunning = true;
      const names = Object.keys(schedules).filter(isDue);
      told.push({ at: new Date(now()).toISOString().slice(0, 16), pipelines: names.join(' ') });
      await clock.sleep(takes);
      isRunning = false;
      const pause = given.pause?.(told.length, now());
      const failed = given.fails?.(told.length) === true;
      return { ran: pause !== undefined || failed ? [] : names, failed, ...(pause && { pause }) };
    },
  });
  return told;
}

const times = (told: readonly Told[]): readonly string[] => told.map(({ at }) => at);

describe('the worker', () => {
  it('runs what has never run at once, and then by its schedule', async () => {
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: 2 * hour });
    expect(times(told)).toEqual(['2026-05-01T10:20', '2026-05-01T11:00', '2026-05-01T12:00']);
  });

  it('waits for the next turn of what has run before', async () => {
    const done = { contacts: '2026-05-01T10:00:30Z' };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: hour, done });
    expect(times(told)).toEqual(['2026-05-01T11:00']);
  });

  it('tries a nightly that did not come about again in the same night, and then waits for the next', async () => {
    const told = await story({
      from: '2026-05-01T01:00:00Z',
      lasts: 26 * hour,
      schedules: { contacts: '0 2 * * *' },
      done: { contacts: '2026-04-30T02:00:30Z' },
      fails: (run) => run <= 5,
      takes: 30_000,
    });
    expect(times(told)).toEqual([
      ...['02:00', '02:01', '02:04', '02:08', '02:14', '02:19'].map((time) => `2026-05-01T${time}`),
      '2026-05-02T02:00',
    ]);
  });

  it('catches up on a month of missed turns with one run of all that is due', async () => {
    const done = { contacts: '2026-04-01T10:00:30Z', deals: '2026-04-01T00:00:30Z' };
    const schedules = { contacts: '*/5 * * * *', deals: '0 0 * * *' };
    const told = await story({ from: '2026-05-01T10:21:00Z', lasts: 5 * minute, done, schedules });
    expect(told).toEqual([
      { at: '2026-05-01T10:21', pipelines: 'contacts deals' },
      { at: '2026-05-01T10:25', pipelines: 'contacts' },
    ]);
  });

  it('runs together what is due together, and nothing else', async () => {
    const done = { contacts: '2026-05-01T00:30:00Z', deals: '2026-05-01T00:30:00Z' };
    const schedules = { contacts: '0 * * * *', deals: '0 2 * * *' };
    const told = await story({ from: '2026-05-01T00:40:00Z', lasts: 2 * hour, done, schedules });
    expect(told.map(({ pipelines }) => pipelines)).toEqual(['contacts', 'contacts deals']);
  });

  it('never has two runs at a time: turns that come up in one are caught up on once it has ended', async () => {
    const told = await story({ from: '2026-05-01T10:00:00Z', lasts: 8 * hour, takes: 2.5 * hour });
    expect(times(told)).toEqual([
      '2026-05-01T10:00',
      '2026-05-01T12:30',
      '2026-05-01T15:00',
      '2026-05-01T17:30',
    ]);
  });

  it('runs daily once on the days on which clocks are changed', async () => {
    for (const [timeZone, from] of [
      ['Europe/Berlin', '2026-03-27T12:00:00Z'],
      ['Europe/Berlin', '2026-10-23T12:00:00Z'],
      ['America/New_York', '2026-03-06T12:00:00Z'],
      ['America/New_York', '2026-10-30T12:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-02T12:00:00Z'],
      ['Australia/Lord_Howe', '2026-04-03T12:00:00Z'],
    ] as const) {
      const schedules = { contacts: { cron: '30 2 * * *', timeZone } };
      const told = await story({ from, lasts: 4 * day, schedules, done: { contacts: from } });
      const days = told.map(({ at }) =>
        Temporal.Instant.from(`${at}Z`).toZonedDateTimeISO(timeZone).toPlainDate().toString(),
      );
      expect([timeZone, from, days.length, new Set(days).size]).toEqual([timeZone, from, 4, 4]);
    }
  });

  it('catches up once when the clock jumps ahead, within half a minute', async () => {
    const jump = { after: 10 * minute, by: 3 * day + 5 * minute };
    const done = { contacts: '2026-05-01T10:00:30Z' };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: hour, done, jump });
    expect(times(told)).toEqual(['2026-05-04T10:35', '2026-05-04T11:00']);
  });

  it('does not wait for the day to come again when the clock is put back', async () => {
    const jump = { after: 70 * minute, by: -day };
    const done = { contacts: '2026-05-01T10:00:30Z' };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: 3 * hour, done, jump });
    expect(times(told)).toEqual(['2026-05-01T11:00', '2026-04-30T12:00', '2026-04-30T13:00']);
  });

  it('comes later than the schedule by its delay, and never sooner or twice', async () => {
    const done = { contacts: '2026-05-01T10:04:00Z' };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: 2 * hour, done, delay: 4 * minute });
    expect(times(told)).toEqual(['2026-05-01T11:04', '2026-05-01T12:04']);
  });
});

describe('a pause', () => {
  it('keeps every run from coming about until it is over, and then what was due is run at once', async () => {
    const told = await story({
      from: '2026-05-01T10:00:00Z',
      lasts: 20 * hour,
      pause: (run, now) => (run === 1 ? { until: now + 17.5 * hour, isOver: () => false } : undefined),
    });
    expect(times(told)).toEqual([
      '2026-05-01T10:00',
      '2026-05-02T03:30',
      '2026-05-02T04:00',
      '2026-05-02T05:00',
    ]);
  });

  it('ends within seconds once there is no reason for it any more', async () => {
    let looks = 0;
    const told = await story({
      from: '2026-05-01T10:00:00Z',
      lasts: 30 * minute,
      pause: (run, now) => (run === 1 ? { until: now + hour, isOver: () => ++looks > 120 } : undefined),
    });
    expect(times(told)).toEqual(['2026-05-01T10:00', '2026-05-01T10:10']);
  });

  it('is no longer for a clock that is put back', async () => {
    const told = await story({
      from: '2026-05-01T10:00:00Z',
      lasts: 30 * minute,
      jump: { after: 10 * minute, by: -day },
      pause: (run, now) => (run === 1 ? { until: now + hour, isOver: () => false } : undefined),
    });
    expect(times(told)).toEqual(['2026-05-01T10:00', '2026-04-30T10:10']);
  });
});

describe('the delay of an installation', () => {
  it('is less than its bound, always the same, and another one elsewhere', () => {
    const seeds = Array.from({ length: 200 }, (_, index) => `installation ${index}`);
    const delays = seeds.map((seed) => delayOf(seed, 5 * minute));
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...delays)).toBeLessThan(5 * minute);
    expect(new Set(delays).size).toBeGreaterThan(195);
    // All of the span is used.
    for (const part of [1, 2, 3, 4, 5])
      expect(delays.filter((each) => Math.ceil(each / minute) === part).length).toBeGreaterThan(20);
    expect(seeds.map((seed) => delayOf(seed, 5 * minute))).toEqual(delays);
    expect(delayOf('any', 0)).toBe(0);
  });
});

describe('something long that is in no hurry', () => {
  const done = { contacts: '2026-05-01T10:00:30Z' };

  it('goes on whenever nothing is due, and no run is late for it by more than a step', async () => {
    const long = { takes: 150 * minute, step: 7000 };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: 5 * hour, done, long });
    expect(told.map(({ at, pipelines }) => `${at.slice(11)} ${pipelines}`)).toEqual([
      '10:20 long',
      '11:00 contacts',
      '11:00 long',
      '12:00 contacts',
      '12:00 long',
      '13:00 contacts',
      '14:00 contacts',
      '15:00 contacts',
    ]);
  });

  it('is left for later where runs begin with it', async () => {
    const long = { takes: hour, step: 7000 };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: minute, long });
    expect(told.map(({ pipelines }) => pipelines)).toEqual(['contacts', 'long']);
  });

  it('has a step between two runs even where something is always due', async () => {
    const long = { takes: 3 * 7000, step: 7000 };
    const takes = 70 * minute;
    const told = await story({ from: '2026-05-01T11:00:00Z', lasts: 6 * hour, done, takes, long });
    const turns = told.slice(0, 7).map(({ pipelines }) => pipelines);
    expect(turns.join(' ')).toBe('contacts long contacts long contacts long contacts');
  });

  it('waits, as all does, where nothing can be read', async () => {
    const pause = { until: Date.parse('2026-05-01T10:50:00Z'), isOver: () => false };
    const long = { takes: 2 * minute, step: minute, pause };
    const told = await story({ from: '2026-05-01T10:20:00Z', lasts: hour, done, long });
    expect(times(told)).toEqual(['2026-05-01T10:20', '2026-05-01T11:00']);
  });
});
