import { stringify } from 'yaml';
import { z } from 'zod';
import { customPrefix } from '../src/pipeline.ts';
import type { KnownNames } from './read-settings.ts';
import { envOf, settingNames, settingOf } from './table.ts';
import type { Setting } from './setting.ts';
import type { SettingName } from './table.ts';

/** Where each document that is made from the table of settings is kept, from the root of the project. */
export const documents = {
  schema: 'config/keyway.schema.json',
  example: 'config/keyway.example.yaml',
  readme: 'README.md',
} as const;

const begin = '<!-- settings: npm run docs -->';
const end = '<!-- /settings -->';

/** The README with its table of settings made anew; without the markers it stays as it is. */
export function withSettings(readme: string): string {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)];
  if (from < 0 || to < from) return readme;
  return `${readme.slice(0, from)}${begin}\n\n${settingsMarkdown()}\n${readme.slice(to)}`;
}

/** One row per setting, its columns as wide as a formatter makes them. */
export function settingsMarkdown(): string {
  const rows = [
    ['In YAML', 'In the environment', 'Default', 'Meaning'],
    ...settingNames.map((name) => rowOf(name, settingOf(name))),
  ];
  const widths = [0, 1, 2, 3].map((index) => Math.max(...rows.map((row) => row[index]?.length ?? 0)));
  const lines = rows.map(
    (row) => `| ${row.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`,
  );
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [lines[0], rule, ...lines.slice(1), ''].join('\n');
}

/** For editors: JSON schema of the YAML file, draft 7, with the names that there are. */
export function settingsSchema(known: KnownNames): string {
  const tree: Tree = {};
  for (const name of settingNames.filter((each) => settingOf(each).yaml !== 'never'))
    place(tree, name, known);
  const schema = { ...sectionOf(tree), title: 'Keyway settings' };
  return `${JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...schema }, undefined, 2)}\n`;
}

/** Every setting of the YAML file at its default, commented out, with what it means. */
export function exampleYaml(): string {
  const lines = [
    '# yaml-language-server: $schema=keyway.schema.json',
    '# Copy to config/keyway.yaml and uncomment what you want to change. The key belongs in HUBSPOT_SERVICE_KEY.',
  ];
  let section = '';
  for (const name of settingNames.filter((each) => settingOf(each).yaml !== 'never')) {
    const [first = '', key] = name.split('.');
    if (key !== undefined && first !== section) lines.push('', `# ${first}:`);
    if (key === undefined) lines.push('');
    section = key === undefined ? '' : first;
    lines.push(...exampleOf(key ?? name, settingOf(name), key === undefined ? '' : '  '));
  }
  return `${lines.join('\n')}\n`;
}

function rowOf(name: SettingName, setting: Setting): string[] {
  const env = `\`${envOf(name)}\`${setting.file === true ? ', `…_FILE`' : ''}`;
  const given = setting.default === undefined ? (setting.otherwise ?? '') : `\`${setting.default}\``;
  const flag = setting.flag === undefined ? '' : ` (flag \`${setting.flag}\`)`;
  return [setting.yaml === 'never' ? '–' : `\`${name}\``, env, given, `${setting.meaning}${flag}`];
}

interface Tree {
  [key: string]: object;
}

function place(tree: Tree, name: SettingName, known: KnownNames): void {
  const [section = '', key] = name.split('.');
  if (key === undefined) tree[section] = propertyOf(name, known);
  else tree[section] = { ...tree[section], [key]: propertyOf(name, known) };
}

/** A section holds settings, a setting has a description. */
function sectionOf(tree: Tree): object {
  const properties = Object.entries(tree).map(([key, value]) => [
    key,
    'description' in value ? value : sectionOf(value as Tree),
  ]);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(properties) as object,
  };
}

function propertyOf(name: SettingName, known: KnownNames): object {
  const { kind, meaning, example, default: given } = settingOf(name);
  const options = { io: 'input', target: 'draft-07', unrepresentable: 'any' } as const;
  const { $schema: _, ...type } = z.toJSONSchema(kind.type, options);
  const named =
    name === 'pipelines'
      ? { items: { anyOf: [{ enum: [...known.pipelines] }, { pattern: `^${customPrefix}` }] } }
      : {};
  return {
    description: meaning,
    ...type,
    ...named,
    ...(given === undefined ? {} : { default: given }),
    examples: [example],
  };
}

function exampleOf(
  key: string,
  { meaning, default: given, example, otherwise }: Setting,
  indent: string,
): string[] {
  const note = given === undefined ? `${meaning}; default: ${otherwise ?? 'none'}` : meaning;
  const value = stringify(
    { [key]: given ?? example },
    { flowCollectionPadding: false, collectionStyle: 'flow' },
  );
  const written = value
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replaceAll('\n', ' ');
  return [`# ${indent}# ${note}`, `# ${indent}${written.trim()}`];
}
