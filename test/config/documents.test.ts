import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import {
  documents,
  exampleYaml,
  readSettings,
  settingsMarkdown,
  settingsSchema,
  withSettings,
} from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { makeFolder } from './settings-folder.ts';

const root = resolve(import.meta.dirname, '../..');
const kept = (name: string): string => readFileSync(resolve(root, name), 'utf8');

const folder = makeFolder();
afterAll(() => folder.remove());

/** Every setting of the example, uncommented once; what is a comment then stays one. */
const uncommented = exampleYaml().replaceAll(/^# /gm, '');

describe('what the table of settings documents (renew it with npm run docs)', () => {
  it('is current in the JSON schema', () => {
    expect(JSON.parse(kept(documents.schema))).toEqual(JSON.parse(settingsSchema(knownNames)));
  });

  it('is current in the example', () => {
    expect(kept(documents.example)).toBe(exampleYaml());
  });

  it.skipIf(!existsSync(resolve(root, documents.readme)))('is current in the README', () => {
    const readme = kept(documents.readme);
    expect(readme).toContain(settingsMarkdown().split('\n')[2]);
    expect(readme).toBe(withSettings(readme));
  });

  it('holds an example that is right once it is uncommented', () => {
    folder.write('config/keyway.yaml', uncommented.replace(/^(yaml-language-server|Copy to).*$/gm, ''));
    const settings = readSettings({ env: {}, cwd: folder.path, known: knownNames });
    expect(settings.pipelines).toEqual(['contacts', 'companies', 'deals']);
    expect(Object.values(settings.sources).filter((source) => source === 'default')).toHaveLength(6);
  });

  it('makes editors accept the example and refuse what Keyway refuses', () => {
    const validate = new Ajv({ strict: false }).compile(JSON.parse(settingsSchema(knownNames)) as object);
    const example: unknown = parse(uncommented.replace(/^(yaml-language-server|Copy to).*$/gm, ''));
    expect(validate(example)).toBe(true);
    for (const wrong of [
      { pipelnes: [] },
      { pipelines: ['contcts'] },
      { sync: { lag: '1x' } },
      { sync: { no: 1 } },
    ])
      expect(validate(wrong), JSON.stringify(wrong)).toBe(false);
  });

  it('leaves a README without the markers as it is', () => {
    expect(withSettings('# Keyway\n')).toBe('# Keyway\n');
  });
});
