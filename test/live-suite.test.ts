import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const text = (file: string): string => readFileSync(resolve(root, file), 'utf8');

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

function run(file: string, given: readonly string[] = []): Promise<Ended> {
  const foreign = /^(?:VITEST|BIGQUERY_LIVE|GOOGLE)/;
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const child = spawn(process.execPath, [resolve(root, 'test/live/bigquery', file), ...given], {
    cwd: root,
    env: { ...env, NO_COLOR: '1' },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  return new Promise((done) => void child.on('close', (code) => done({ code, output })));
}

describe('the live suite', () => {
  it('says that it was not run where there is no project, and claims nothing', async () => {
    const { code, output } = await run('run.ts');
    expect(code).toBe(0);
    expect(output).toMatch(/^not run: set BIGQUERY_LIVE_PROJECT/);
    expect(output).not.toMatch(/\d+ passed/);
  });

  it('has a test for each assumption in ARCHITECTURE.md, and no other', () => {
    const listed = [...text('ARCHITECTURE.md').matchAll(/^\| (\([a-z]\)) /gm)].map(([, letter]) => letter);
    const tested = ['jobs', 'tables'].flatMap((name) =>
      [...text(`test/live/bigquery/${name}.test.ts`).matchAll(/\bit\('(\([a-z]\)) /g)].map(
        ([, letter]) => letter,
      ),
    );
    expect(new Set(tested)).toEqual(new Set(listed));
    expect([tested.length, listed.length]).toEqual([new Set(listed).size, new Set(listed).size]);
  });

  it(
    'works, as far as the double can tell, and leaves no datasets behind',
    { timeout: 240_000 },
    async () => {
      const { code, output } = await run('run-on-double.ts', ['jobs.test.ts', 'tables.test.ts']);
      expect([code, output]).toEqual([0, output]);
      expect(output).toMatch(/0 datasets left behind/);
    },
  );
});
