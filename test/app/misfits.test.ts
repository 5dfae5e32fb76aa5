import { expect, it } from 'vitest';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';

it('values that do not fit are counted per property, where people look and where machines do', async () => {
  const [sandbox, database] = [
    await withSandbox({ contacts: 3, nastyRate: 0, speed: 0 }),
    await withDatabase(),
  ];
  for (const [name, type] of [
    ['shoe_size', 'number'],
    ['born', 'date'],
    ['__proto__', 'number'],
  ] as const)
    sandbox.world.addProperty('tickets', { name, type, fieldType: 'text' });
  const values = { shoe_size: 'large', born: '1990-02-30', ['__proto__']: '7' };
  for (let i = 0; i < 3; i += 1)
    sandbox.world.create('tickets', { ...values, born: i === 0 ? values.born : null });
  sandbox.clock.advance(7_200_000);
  const env = { ...environment(sandbox, database), ...hurried, LOG_FORMAT: 'json' };

  const { stdout, stderr, exitCode } = await keyway(['sync', 'tickets'], { env });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^ {2}Did not fit .*\n {4}tickets +shoe_size 3, born 1\n {2}Where .* type in HubSpot/m,
  );
  const lines = stderr
    .split('\n')
    .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line) as object] : []));
  expect(lines).toContainEqual(
    expect.objectContaining({
      pipeline: 'tickets',
      misfits: 4,
      misfitsByProperty: { shoe_size: 3, born: 1 },
    }),
  );
  expect(
    await database.query(
      `select misfits::int, misfits_by_property as by from keyway.pipeline_runs where pipeline = 'tickets'`,
    ),
  ).toEqual([{ misfits: 4, by: { shoe_size: 3, born: 1 } }]);
  expect((await keyway(['status'], { env })).stdout).toMatch(/^ {4}tickets +shoe_size 3, born 1$/m);
  const report = JSON.parse(
    (await keyway(['sync', 'tickets', '--json', '--full-refresh'], { env })).stdout,
  ) as object;
  expect(report).toMatchObject({ pipelines: [{ misfitsByProperty: { shoe_size: 3, born: 1 } }] });
  expect(stdout + stderr).not.toMatch(/large|1990-02-30/);
});
