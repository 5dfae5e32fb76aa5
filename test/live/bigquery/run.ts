import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';

/** Runs the live suite, where there is a project to run it in. The exit code of its process. */
export async function runLive(given: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  if ((env['BIGQUERY_LIVE_PROJECT'] ?? '') === '') {
    process.stdout.write(
      'not run: set BIGQUERY_LIVE_PROJECT to the id of a project in which datasets may be made, with Application Default Credentials. Nothing passed, nothing failed.\n',
    );
    return 0;
  }
  const run = `keyway_live_${Date.now().toString(36)}_${randomBytes(3).toString('hex')}`;
  const root = resolve(import.meta.dirname, '../../..');
  const program = resolve(root, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [program, 'run', '--config', 'vitest.live.config.ts', ...given], {
    cwd: root,
    stdio: 'inherit',
    // Google's client would send everything where BIGQUERY_EMULATOR_HOST points.
    env: { ...env, BIGQUERY_EMULATOR_HOST: '', BIGQUERY_LIVE_RUN: run },
  });
  // Datasets are dropped at its end: it must come to it.
  process.on('SIGINT', () => undefined);
  return new Promise((done) => void child.on('exit', (code) => done(code ?? 1)));
}

if (process.argv[1] === import.meta.filename) {
  process.exitCode = await runLive(process.argv.slice(2), process.env);
}
