import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node, Pair, YAMLMap } from 'yaml';
import type { Given, Reading } from './given.ts';
import { unreadable } from './given.ts';
import { didYouMean, nearest } from './nearest.ts';
import { envOf, settingNames, settingOf } from './table.ts';
import type { SettingName } from './table.ts';
import { hasPassword } from './urls.ts';

export const defaultFile = 'config/keyway.yaml';

/** What the YAML file gives. The default file may be absent; one that was asked for may not. */
export function readFile(asked: string | undefined, cwd: string): Reading {
  const path = resolve(cwd, asked ?? defaultFile);
  const label = relative(cwd, path).startsWith('..') ? path : relative(cwd, path);
  try {
    return readYaml(readFileSync(path, 'utf8'), label);
  } catch (error) {
    const why = unreadable(error);
    const absent = asked === undefined && why === 'does not exist';
    return { given: [], problems: absent ? [] : [`${label} ${why}`] };
  }
}

interface Open {
  readonly document: Document;
  readonly label: string;
  readonly lines: LineCounter;
  readonly given: Given[];
  readonly problems: string[];
}

function readYaml(text: string, label: string): Reading {
  const lines = new LineCounter();
  // Without pretty errors: their excerpt of the file could show a secret that somebody put there by mistake.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const open: Open = { document, label, lines, given: [], problems: [] };
  for (const error of [...document.errors, ...document.warnings])
    open.problems.push(`${at(open, error.pos[0])}: is not YAML: ${withoutText(error.message)}`);
  if (document.errors.length > 0) return open;
  if (isMap(document.contents)) readMap(open, document.contents, '');
  else if (document.contents !== null && document.toJS() !== null)
    open.problems.push(`${label}:1:1: must be settings such as schema: hubspot`);
  return open;
}

/** The parser's sentence without the piece of the file that some of them end with. */
function withoutText(message: string): string {
  return message.split(': "')[0] ?? message;
}

function readMap(open: Open, map: YAMLMap, prefix: string): void {
  for (const pair of map.items) readPair(open, pair, prefix);
}

function readPair(open: Open, pair: Pair, prefix: string): void {
  const key = isScalar(pair.key) ? String(pair.key.value) : '';
  const name = `${prefix}${key}`;
  const place = at(open, isNode(pair.key) ? (pair.key.range?.[0] ?? 0) : 0);
  const value = isNode(pair.value) ? pair.value : undefined;
  const empty = value === undefined || (isScalar(value) && value.value === null);
  if (isSetting(name)) {
    if (!empty) readSetting(open, name, value);
  } else if (settingNames.some((known) => known.startsWith(`${name}.`))) {
    if (isMap(value)) readMap(open, value, `${name}.`);
    else if (!empty) open.problems.push(`${place}: ${name} must be a section of settings`);
  } else open.problems.push(`${place}: ${name} is not a setting${suggestion(name, prefix, key)}`);
}

function readSetting(open: Open, name: SettingName, node: Node): void {
  const value: unknown = node.toJS(open.document);
  const place = at(open, node.range?.[0] ?? 0);
  const { yaml } = settingOf(name);
  if (yaml === 'never' || (yaml === 'no password' && typeof value === 'string' && hasPassword(value))) {
    const variable = envOf(name);
    const what = yaml === 'never' ? name : `a ${name} with a password`;
    open.problems.push(
      `${place}: ${what} does not belong in a file that people commit; set ${variable} or ${variable}_FILE instead`,
    );
    return;
  }
  const subject = (path: readonly PropertyKey[], word?: string): string =>
    `${at(open, placeIn(node, path, word))}: ${name}`;
  open.given.push({ name, value, source: `${open.label}:${place.split(':').at(-2)}`, subject });
}

function isSetting(name: string): name is SettingName {
  return (settingNames as readonly string[]).includes(name);
}

/** First its own name in another section, then a near one at the same level, then a near one anywhere. */
function suggestion(name: string, prefix: string, key: string): string {
  const siblings = settingNames
    .filter((known) => known.startsWith(prefix))
    .map((known) => known.slice(prefix.length).split('.')[0] ?? '');
  const elsewhere = settingNames.find((known) => known.endsWith(`.${key}`));
  const byVariable = settingNames.find((known) => envOf(known) === key);
  if (byVariable !== undefined) return `; here it is called ${byVariable}`;
  if (elsewhere !== undefined) return `; did you mean ${elsewhere}?`;
  const near = nearest(key, siblings);
  return near === undefined ? didYouMean(name, settingNames) : `; did you mean ${prefix}${near}?`;
}

function placeIn(node: Node, path: readonly PropertyKey[], word?: string): number {
  if (word !== undefined) {
    let found: number | undefined;
    visit(node, {
      Scalar: (_, scalar) => {
        if (!String(scalar.value).split('-').includes(word) && scalar.value !== word) return undefined;
        found = scalar.range?.[0];
        return visit.BREAK;
      },
    });
    return found ?? node.range?.[0] ?? 0;
  }
  let inner: unknown = node;
  for (const step of path) inner = isMap(inner) || isSeqLike(inner) ? inner.get(step, true) : inner;
  return isNode(inner) ? (inner.range?.[0] ?? 0) : (node.range?.[0] ?? 0);
}

function isSeqLike(node: unknown): node is { get(key: unknown, keepScalar: true): unknown } {
  return isNode(node) && 'get' in node;
}

function at({ label, lines }: Open, offset: number): string {
  const { line, col } = lines.linePos(offset);
  return `${label}:${line}:${col}`;
}
