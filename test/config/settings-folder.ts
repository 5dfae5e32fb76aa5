import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readSettings, type Settings } from '../../config/index.ts';
import type { SettingsRequest } from '../../config/index.ts';
import { KeywayError } from '../../src/errors.ts';

export interface Folder {
  readonly path: string;
  write(name: string, text: string): string;
  remove(): void;
}

export function makeFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'keyway-settings-'));
  return {
    path,
    write(name, text) {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
      return file;
    },
    remove: () => rmSync(path, { recursive: true }),
  };
}

const known = {
  pipelines: ['owners', 'contacts', 'companies', 'deals', 'line_items', 'associations', 'property_history'],
  objects: ['contacts', 'companies', 'deals', 'line_items'],
  tables: ['contacts', 'merges'],
};

export function read(folder: Folder, request: Omit<SettingsRequest, 'known' | 'cwd'> = {}): Settings {
  return readSettings({ env: {}, ...request, cwd: folder.path, known });
}

/** The sentences of the one error that reading must end with. */
export function problems(
  folder: Folder,
  request: Omit<SettingsRequest, 'known' | 'cwd'> = {},
): readonly string[] {
  try {
    read(folder, request);
  } catch (error) {
    if (!(error instanceof KeywayError) || error.code !== 'config_invalid') throw error;
    return error.details['problems'] as readonly string[];
  }
  throw new Error('these settings were taken for right');
}
