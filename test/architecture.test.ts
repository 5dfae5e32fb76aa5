import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pipelines } from '../pipelines/index.ts';

const root = resolve(import.meta.dirname, '..');

/** The nouns, in the order in which each may use those before it. */
const nouns = [
  'errors',
  'figures',
  'pasted-key',
  'service',
  'table',
  'former-column',
  'cost',
  'limits',
  'lease',
  'names',
  'packed-rows',
  'dictionaries',
  'history',
  'source',
  'notice',
  'schema-change',
  'traffic',
  'service-key',
  'privacy',
  'pipeline',
  'backfill',
  'unread',
  'links-checkpoint',
  'checkpoint',
  'plan',
  'run',
  'activity',
  'scope',
  'definition-change',
  'warehouse',
];

interface Rule {
  /** Rooms that files of this room may import, besides their own. */
  readonly rooms: readonly string[];
  /** npm packages. */
  readonly packages: readonly string[];
  readonly reason: string;
}

/** ARCHITECTURE.md tells the story; this is the law. */
const rules: Readonly<Record<string, Rule>> = {
  nouns: {
    rooms: [],
    packages: [],
    reason: 'nouns are the vocabulary: they know no room and no package, so that all can share them',
  },
  'src/transform': {
    rooms: ['nouns'],
    packages: [],
    reason: 'transform is pure: what it does depends on nothing but its input',
  },
  'src/hubspot': {
    rooms: ['nouns'],
    packages: ['undici', 'p-queue', 'zod'],
    reason: 'the source knows nothing of rows, warehouses or checkpoints',
  },
  'src/warehouse/postgres': {
    rooms: ['nouns', 'migrations'],
    packages: ['pg', 'pg-copy-streams', 'kysely'],
    reason: 'a warehouse knows nothing of HubSpot, and warehouses do not know each other',
  },
  'src/warehouse/bigquery': {
    rooms: ['nouns', 'migrations'],
    packages: ['@google-cloud/bigquery'],
    reason: 'a warehouse knows nothing of HubSpot, and warehouses do not know each other',
  },
  'src/embedded': {
    rooms: ['nouns'],
    packages: [],
    reason: 'the embedded server is one outside thing: who uses it is decided in app',
  },
  'src/sandbox': {
    rooms: ['nouns'],
    packages: [],
    reason: 'a simulator that shares code with the client would share its mistakes',
  },
  'src/sync': {
    rooms: ['nouns', 'src/transform'],
    packages: ['p-queue'],
    reason: 'the loop is handed its source and its warehouse: it must not know which they are',
  },
  'src/worker': {
    rooms: ['nouns'],
    packages: ['node-cron'],
    reason: 'the clock knows when something is due, and is handed what is then done',
  },
  'src/status-page': {
    rooms: ['nouns'],
    packages: ['hono', '@hono/node-server'],
    reason: 'the window shows what it is handed: it asks neither the warehouse nor HubSpot',
  },
  'src/notify': {
    rooms: ['nouns'],
    packages: [],
    reason: 'what is wrong is found in app: here people are told of it, once, whatever it is',
  },
  'src/compare': {
    rooms: ['nouns'],
    packages: [],
    reason:
      'the comparison is handed both of its sources: it must not know what they are, nor write anywhere',
  },
  'src/metrics': {
    rooms: ['nouns'],
    packages: ['prom-client'],
    reason: 'metrics are told what happens: they ask nobody, so that nothing waits for them',
  },
  'src/app': {
    rooms: [
      'nouns',
      'src/compare',
      'src/transform',
      'src/hubspot',
      'src/warehouse/postgres',
      'src/warehouse/bigquery',
      'src/embedded',
      'src/notify',
      'src/sandbox',
      'src/sync',
      'src/status-page',
      'src/worker',
      'src/metrics',
      'pipelines',
      'config',
    ],
    packages: ['pino', 'pino-pretty'],
    reason: 'app wires; it needs no other package of its own',
  },
  'src/cli': {
    rooms: ['nouns', 'src/app', 'pipelines'],
    packages: ['@bomb.sh/tab', '@clack/prompts', 'commander', 'cli-progress', 'cli-table3'],
    reason:
      'the door leads to app alone: what a command does can also be done without a terminal; names of pipelines are only words to complete',
  },
  pipelines: {
    rooms: ['nouns'],
    packages: [],
    reason: 'a pipeline is a value in a file: adding one must not need code elsewhere',
  },
  migrations: {
    rooms: [],
    packages: ['kysely'],
    reason: 'a migration must do the same for ever: it may not use code that changes',
  },
  config: {
    rooms: ['nouns'],
    packages: ['node-cron', 'yaml', 'zod'],
    reason: 'settings are data; what they lead to is decided in app',
  },
};

interface Import {
  readonly file: string;
  readonly target: string;
}

function sourceFiles(): readonly string[] {
  return ['src', 'pipelines', 'migrations', 'config'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.m?ts$|\.mjs$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name))),
  );
}

/** Type imports, re-exports and dynamic imports count. */
function importsOf(file: string, text: string): readonly Import[] {
  const pattern =
    /(?:^|[\s;])(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\bimport\s*\(?\s*['"]([^'"]+)['"]/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, target: (match[1] ?? match[2])! }));
}

function roomOf(file: string): string {
  if (/^src\/[^/]+\.ts$/.test(file)) return 'nouns';
  const room = Object.keys(rules).find((name) => file.startsWith(`${name}/`));
  return room ?? dirname(file);
}

/** What is wrong with an import, with the reason of the rule that it breaks; nothing when all is well. */
function violation({ file, target }: Import): string | undefined {
  const room = roomOf(file);
  const rule = rules[room];
  if (rule === undefined)
    return `${file}: no rule for the room ${room}; add one to test/architecture.test.ts`;
  if (target.startsWith('node:')) return undefined;
  if (!target.startsWith('.')) {
    const name = target
      .split('/')
      .slice(0, target.startsWith('@') ? 2 : 1)
      .join('/');
    return rule.packages.includes(name) ? undefined : `${file} imports the package ${name}: ${rule.reason}`;
  }
  const path = relative(root, resolve(root, dirname(file), target));
  if (path === 'package.json') return undefined;
  const goal = roomOf(path);
  if (goal === room) return room === 'nouns' ? outOfOrder(file, path) : undefined;
  if (!rule.rooms.includes(goal)) return `${file} imports ${path}: ${rule.reason}`;
  if (goal !== 'nouns' && path !== `${goal}/index.ts`) {
    return `${file} imports ${path}: a room is entered through its index.ts, so that its inside can change`;
  }
  return undefined;
}

function outOfOrder(file: string, path: string): string | undefined {
  const [from, to] = [file, path].map((each) => nouns.indexOf(each.slice('src/'.length, -'.ts'.length)));
  return from !== undefined && to !== undefined && from > to && to >= 0
    ? undefined
    : `${file} imports ${path}: nouns build on those before them (${nouns.join(', ')}), so that none needs all`;
}

describe('the house', () => {
  const files = sourceFiles();
  const imports = files.flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')));

  it('keeps its import rules', () => {
    expect(files.length).toBeGreaterThan(50);
    expect(imports.length).toBeGreaterThan(200);
    expect(imports.map(violation).filter((each) => each !== undefined)).toEqual([]);
  });

  it('reads the environment in config alone', () => {
    const readers = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('process.env'));
    expect(readers.filter((file) => roomOf(file) !== 'config')).toEqual([]);
  });

  it('lists every pipeline file', () => {
    const values = ['pipelines', 'pipelines/objects'].flatMap((folder) => {
      const listed = readFileSync(join(root, folder, 'index.ts'), 'utf8');
      const names = readdirSync(join(root, folder)).filter((name) => /(?<!^index)\.ts$/.test(name));
      expect(names.filter((name) => !listed.includes(`'./${name}'`))).toEqual([]);
      return names;
    });
    expect(pipelines).toHaveLength(values.length);
    expect(new Set(pipelines.map(({ name }) => name)).size).toBe(values.length);
  });
});

describe('the rules bite', () => {
  it.each([
    ['src/table.ts', "import { pipelines } from '../pipelines/index.ts';", 'vocabulary'],
    ['src/table.ts', "import type { Warehouse } from './warehouse.ts';", 'build on those before them'],
    ['src/errors.ts', "import pino from 'pino';", 'vocabulary'],
    ['src/transform/cell.ts', "import { openHubspot } from '../hubspot/index.ts';", 'pure'],
    ['src/hubspot/client.ts', "import type { Batcher } from '../sync/index.ts';", 'knows nothing of rows'],
    [
      'src/warehouse/postgres/write.ts',
      "export { openHubspot } from '../../hubspot/index.ts';",
      'knows nothing of HubSpot',
    ],
    [
      'src/warehouse/bigquery/write.ts',
      "import { packer } from '../postgres/pack-row.ts';",
      'warehouses do not know each other',
    ],
    ['src/sandbox/index.ts', "import { classify } from '../hubspot/classify.ts';", 'share its mistakes'],
    ['src/sync/batcher.ts', "const { Pool } = await import('pg');", 'handed its source'],
    ['src/cli/main.ts', "import { openPostgres } from '../warehouse/postgres/index.ts';", 'app alone'],
    [
      'src/app/app.ts',
      "import { transport } from '../hubspot/transport.ts';",
      'entered through its index.ts',
    ],
    ['pipelines/objects/deals.ts', "import { z } from 'zod';", 'value in a file'],
    ['migrations/0001.ts', "import type { Run } from '../src/run.ts';", 'same for ever'],
    ['src/worker/work.ts', "import { runPipelines } from '../sync/index.ts';", 'handed what is then done'],
    ['src/status-page/page.ts', "import type { App } from '../app/index.ts';", 'shows what it is handed'],
    ['src/brandnew/thing.ts', "import '../table.ts';", 'no rule for the room'],
  ])('%s may not: %s', (file, text, reason) => {
    const broken = importsOf(file, `// planted\n${text}\n`).map(violation);
    expect(broken).toHaveLength(1);
    expect(broken[0]).toContain(reason);
  });
});
