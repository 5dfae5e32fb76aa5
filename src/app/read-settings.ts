import { readSettings as read, settingsSchema, type Flags, type Settings } from '../../config/index.ts';
import { knownNames } from './select-pipelines.ts';

/** The settings of this process, checked against the pipelines that there are. */
export function readSettings(flags: Flags): Settings {
  return read({ flags, known: knownNames });
}

/** For editors: JSON schema of the YAML file. */
export function schemaOfSettings(): string {
  return settingsSchema(knownNames);
}
