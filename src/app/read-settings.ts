import {
  readSettings as read,
  settingsSchema,
  type Environment,
  type Flags,
  type Settings,
} from '../../config/index.ts';
import { knownNames } from './select-pipelines.ts';

/** The settings of this process, or of this environment, checked against the pipelines that there are. */
export function readSettings(flags: Flags, env?: Environment): Settings {
  return read({ flags, known: knownNames, ...(env && { env }) });
}

/** For editors: JSON schema of the YAML file. */
export function schemaOfSettings(): string {
  return settingsSchema(knownNames);
}
