import type { BackfillRequest } from '../backfill.ts';
import { KeywayError } from '../errors.ts';
import { backfillInstant } from './backfill-instant.ts';
import { backfillIds } from './backfill-ids.ts';

export interface BackfillFlags {
  readonly backfill?: boolean;
  readonly since?: string;
  readonly until?: string;
  readonly by?: string;
  readonly ids?: string;
  readonly properties?: string;
  readonly fullRefresh?: boolean;
}

/**
 * What the flags ask for; nothing where it is no backfill. Asks nobody. Throws `config_invalid` for what cannot be meant, or
 * goes together with nothing that was given.
 */
export async function backfillRequest(
  pipelines: readonly string[],
  flags: BackfillFlags,
): Promise<BackfillRequest | undefined> {
  const { backfill = false, ids, properties } = flags;
  if (!backfill) {
    for (const name of ['since', 'until', 'by', 'ids', 'properties'] as const)
      if (flags[name] !== undefined) throw wrong(`--${name} is about what --backfill reads: give both.`);
    return undefined;
  }
  if (flags.fullRefresh === true)
    throw wrong('--full-refresh starts over and reads everything: leave --backfill out, or it.');
  const span = spanOf(flags);
  if (ids !== undefined && span !== undefined)
    throw wrong('--ids names records, and --since, --until and --by a span of time: give one or the other.');
  if (ids !== undefined && pipelines.length !== 1)
    throw wrong('--ids are of one object: name it, such as keyway sync contacts --backfill --ids 151,152.');
  return {
    ...(span && { span }),
    ...(ids !== undefined && { ids: await backfillIds(ids) }),
    ...(properties !== undefined && { properties: namesIn(properties) }),
  };
}

function spanOf({ since, until, by }: BackfillFlags): BackfillRequest['span'] {
  if (by !== undefined && by !== 'modified' && by !== 'created')
    throw wrong(`--by is modified or created, not ${JSON.stringify(by)}.`);
  if (since === undefined && until === undefined) {
    if (by !== undefined)
      throw wrong('--by says which date --since and --until are about: give one of them.');
    return undefined;
  }
  const from = since === undefined ? undefined : backfillInstant('--since', since);
  const end = until === undefined ? undefined : backfillInstant('--until', until);
  if (from !== undefined && end !== undefined && from >= end)
    throw wrong(
      `There is nothing from ${since} up to ${until}: --since has to be before --until, which itself is left out.`,
    );
  return {
    by: by ?? 'modified',
    ...(from !== undefined && { from }),
    ...(end !== undefined && { until: end }),
  };
}

function namesIn(text: string): readonly string[] {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.length > 0) return [...new Set(names)].sort();
  throw wrong('--properties names none: give such as --properties email,lifecyclestage.');
}

function wrong(message: string): KeywayError {
  return new KeywayError('config_invalid', message);
}
