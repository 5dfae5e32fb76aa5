import { appendFileSync } from 'node:fs';

/** Loaded into a worker from outside, by `NODE_OPTIONS`: what it holds, every two seconds, into a file. */
const file = process.env['SOAK_PROBE'];

if (file !== undefined) {
  setInterval(() => {
    const { heapUsed, external } = process.memoryUsage();
    const resources = process.getActiveResourcesInfo().length;
    appendFileSync(file, `${JSON.stringify({ at: Date.now(), heap: heapUsed, external, resources })}\n`);
  }, 2000).unref();
}
