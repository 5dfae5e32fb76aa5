import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { documents, exampleYaml, settingsSchema, withSettings } from '../../config/index.ts';
import { knownNames } from './select-pipelines.ts';

/** What `npm run docs` writes: everything that the table of settings documents, by path. */
export function settingDocuments(root: string): ReadonlyMap<string, string> {
  const readme = resolve(root, documents.readme);
  return new Map([
    [resolve(root, documents.schema), settingsSchema(knownNames)],
    [resolve(root, documents.example), exampleYaml()],
    ...(existsSync(readme) ? [[readme, withSettings(readFileSync(readme, 'utf8'))] as const] : []),
  ]);
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '../..');
  for (const [path, text] of settingDocuments(root)) writeFileSync(path, text);
}
