import {
  readSettings as read,
  settingsSchema,
  type Environment,
  type Flags,
  type Settings,
} from '../../config/index.ts';
import { privacyOf } from './privacy-of.ts';
import { knownNames, selectPipelines } from './select-pipelines.ts';

/** The settings of this process, or of this environment, checked against the pipelines that there are. */
export function readSettings(flags: Flags, env?: Environment): Settings {
  return read({ flags, known: knownNames, ...(env && { env }) });
}

/** Throws `config_invalid` where settings that are right each by itself cannot be kept: see `privacyOf`. */
export function validateSettings(settings: Settings): void {
  privacyOf(settings, selectPipelines(settings, []).objects);
}

/** For editors: JSON schema of the YAML file. */
export function schemaOfSettings(): string {
  return settingsSchema(knownNames);
}
