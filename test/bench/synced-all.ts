import { openApp, readSettings } from '../../src/app/index.ts';
import { silentLog } from '../../src/service.ts';

/** One sync of all pipelines in a process of its own; tells how they ended, and what the warehouse was asked for. */
const { signal } = new AbortController();
const app = openApp(readSettings({}), { log: silentLog, signal, command: 'bench' });
const startedAt = performance.now();
const { pipelines, billed } = await app.sync({ pipelines: [] });
const outcomes: Record<string, number> = {};
for (const { outcome } of pipelines) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
process.send?.({ seconds: (performance.now() - startedAt) / 1000, outcomes, billed });
process.disconnect?.();
