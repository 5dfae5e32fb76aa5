import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { makeFolder } from './settings-folder.ts';

const folder = makeFolder();
afterAll(() => folder.remove());

function schedules(yaml: string): ReturnType<typeof readSettings>['schedules'] {
  folder.write('config/keyway.yaml', yaml);
  return readSettings({ env: {}, cwd: folder.path, known: knownNames }).schedules;
}

describe('schedules', () => {
  it('are hourly in UTC unless the settings say otherwise', () => {
    const usual = { default: { cron: '0 * * * *', timeZone: 'UTC' }, own: [], jitter: 300_000 };
    expect(schedules('')).toEqual(usual);
  });

  it('are given by pipeline, or to several at once, in a time zone of their own or in that of all', () => {
    const yaml = `schedules:
  default: '@daily'
  timeZone: Europe/Berlin
  jitter: 0
  pipelines:
    deals: '*/10 * * * *'
    nightly: { cron: '30 2 * * *', pipelines: [lists, property_history], timeZone: UTC }
    custom_machines: { cron: '0 3 * * *' }
`;
    expect(schedules(yaml)).toEqual({
      default: { cron: '@daily', timeZone: 'Europe/Berlin' },
      own: [
        { cron: '*/10 * * * *', timeZone: 'Europe/Berlin', pipelines: ['deals'] },
        { cron: '30 2 * * *', timeZone: 'UTC', pipelines: ['lists', 'property_history'] },
        { cron: '0 3 * * *', timeZone: 'Europe/Berlin', pipelines: ['custom_machines'] },
      ],
      jitter: 0,
    });
  });

  it('come from the environment as JSON', () => {
    const env = { KEYWAY_SCHEDULES__PIPELINES: '{"deals": "*/10 * * * *"}' };
    const { own } = readSettings({ env, cwd: '/nowhere', known: knownNames }).schedules;
    expect(own).toEqual([{ cron: '*/10 * * * *', timeZone: 'UTC', pipelines: ['deals'] }]);
  });

  it.each([
    ["default: '61 * * * *'", /:2:12: schedules\.default must be a cron .*: 61 is a invalid .* minute/],
    ["default: '0 0 31 4 *'", /impossible day of month/],
    ["default: '0 0 * * * *'", /five fields/],
    ['default: 5', /five fields.*not 5/],
    ['timeZone: Europe/Belrin', /did you mean Europe\/Berlin\?/],
    ["pipelines: { daels: '0 * * * *' }", /:2:16: .*"daels" is not a pipeline; did you mean deals\?/],
    ["pipelines: { deals: '0 24 * * *' }", /:2:23: .*24 is a invalid expression for hour/],
    ["pipelines: { x: { cron: '0 * * * *', pipelines: [contcts] } }", /did you mean contacts\?/],
    [
      "pipelines: { x: { cron: '0 * * * *', pipelnes: [contacts] } }",
      /no pipelnes; did you mean pipelines\?/,
    ],
    ["pipelines: { x: { cron: 'x', pipelines: [contacts] } }", /five fields/],
    ["pipelines: { x: { cron: '0 * * * *', pipelines: [deals] }, deals: '1 * * * *' }", /deals has two/],
    ['pipelines: often', /must be schedules by pipeline/],
    ['jitter: 5', /must be a duration/],
    ["deflaut: '0 * * * *'", /did you mean schedules\.default\?/],
  ])('are refused with what is wrong: %s', (line, says) => {
    expect(() => schedules(`schedules:\n  ${line}\n`)).toThrow(says);
  });
});
