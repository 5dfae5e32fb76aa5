export { isBigquery } from './bigquery-url.ts';
export { stagingDataset } from './datasets.ts';
export { documents, exampleYaml, settingsMarkdown, settingsSchema, withSettings } from './documents.ts';
export { nearest } from './nearest.ts';
export { readSettings, requireKey, requireLegacyToken } from './read-settings.ts';
export type { Flags, SettingsRequest } from './read-settings.ts';
export { Secret } from './secret.ts';
export { envOf } from './table.ts';
export type { Settings } from './settings.ts';
