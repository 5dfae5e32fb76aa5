import { asKeywayError } from '../errors.ts';
import type { Log } from '../service.ts';

/** The same onlooker, but what it throws ends in the log: once per kind of event and of error, since events are many. */
export function unhindered<Event extends { readonly kind: string }>(
  who: string,
  onlooker: (event: Event) => void,
  log: Log,
): (event: Event) => void {
  const told = new Set<string>();
  return (event) => {
    try {
      onlooker(event);
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown.name : typeof thrown;
      const kind = `${event.kind}/${error}`;
      if (told.has(kind)) return;
      told.add(kind);
      log.error({ who, event: event.kind, reason: asKeywayError(thrown).message }, failed);
    }
  };
}

const failed = 'what looks on at the worker has failed; the worker goes on';
