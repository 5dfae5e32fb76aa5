import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';
import { binary } from './emulator.ts';

/** Minutes; two cores need less than ten. */
const patience = 25;

/**
 * Builds the public emulator, in the version that go.mod beside this file pins, into the cache directory. Where that cannot be
 * done it says why, and its tests then say that they were not run: that is no failure.
 */
function install(): string {
  if (existsSync(binary)) return `The emulator is in ${binary}`;
  if (spawnSync('go', ['version']).error !== undefined) return 'Not installed: there is no Go here';
  mkdirSync(path.dirname(binary), { recursive: true });
  const half = `${binary}.${process.pid}`;
  const command = 'github.com/goccy/bigquery-emulator/cmd/bigquery-emulator';
  const built = spawnSync('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', half, command], {
    cwd: import.meta.dirname,
    env: { ...process.env, CGO_ENABLED: '0', GOTOOLCHAIN: 'local', GOWORK: 'off' },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: patience * 60_000,
  });
  if (built.status !== 0) return `Not installed: go build ended with ${built.error?.message ?? built.status}`;
  renameSync(half, binary);
  return `The emulator is now in ${binary}`;
}

process.stdout.write(`${install()}\n`);
