import { readSettings as read, type Flags, type Settings } from '../../config/index.ts';
import { knownNames } from './select-pipelines.ts';

/** The settings of this process, checked against the pipelines that there are. */
export function readSettings(flags: Flags): Settings {
  return read({ flags, known: knownNames });
}
