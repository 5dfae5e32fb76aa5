import { hasPassword } from '../../config/index.ts';
import { pastedKey } from '../pasted-key.ts';
import type { SetUp } from './set-up.ts';

/** `.env` as it is to be, from what it was; the other lines stay. Nothing where it need not change. */
export function setUpEnv(setUp: SetUp, before: string | undefined): string | undefined {
  const values = valuesOf(setUp);
  const replaced = replacedBy(setUp, values);
  if (before === undefined) return `${[...head, ...lines(values), ...template(values)].join('\n')}\n`;
  const kept = before.split('\n').filter((line) => !replaced.has(nameOf(line) ?? ''));
  if (values.size === 0 && kept.length === before.split('\n').length) return undefined;
  while (kept.at(-1) === '') kept.pop();
  return `${[...kept, ...lines(values)].join('\n')}\n`;
}

const head = [
  '# Secrets of Keyway: for nobody else to read, and never to be committed. The environment goes before it.',
];

function valuesOf({ key, warehouse }: SetUp): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  if (key !== undefined) values.set('HUBSPOT_SERVICE_KEY', pastedKey(key));
  if (warehouse?.kind === 'url' && hasPassword(warehouse.url))
    values.set('KEYWAY_WAREHOUSE', quoted(warehouse.url));
  if (warehouse?.kind === 'file') values.set('KEYWAY_WAREHOUSE_FILE', quoted(warehouse.file));
  return values;
}

/** What a line of before would contradict. */
function replacedBy({ warehouse }: SetUp, values: ReadonlyMap<string, string>): ReadonlySet<string> {
  const key = values.has('HUBSPOT_SERVICE_KEY') ? ['HUBSPOT_SERVICE_KEY', 'HUBSPOT_SERVICE_KEY_FILE'] : [];
  const place = warehouse === undefined ? [] : ['KEYWAY_WAREHOUSE', 'KEYWAY_WAREHOUSE_FILE'];
  return new Set([...key, ...place]);
}

/** What is not known yet, for whoever fills it in. */
function template(values: ReadonlyMap<string, string>): readonly string[] {
  return [
    ...(values.has('HUBSPOT_SERVICE_KEY') ? [] : ['# HUBSPOT_SERVICE_KEY=pat-…']),
    ...([...values.keys()].some((name) => name.startsWith('KEYWAY_WAREHOUSE'))
      ? []
      : ["# KEYWAY_WAREHOUSE='postgres://user:password@host:5432/database'"]),
  ];
}

function lines(values: ReadonlyMap<string, string>): readonly string[] {
  return [...values].map(([name, value]) => `${name}=${value}`);
}

function nameOf(line: string): string | undefined {
  return /^\s*(?:export\s+)?([A-Z_]+)\s*=/.exec(line)?.[1];
}

/** So that `#` and `&` mean nothing, to Node or to a shell that reads the file. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", '%27')}'`;
}
