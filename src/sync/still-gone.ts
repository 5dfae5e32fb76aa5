import { compareIds } from '../source.ts';
import { noFindings, noteAbsent } from './findings.ts';
import type { ObjectRun } from './object-run.ts';
import type { Portion } from './portion.ts';
import { whatBecameOf } from './what-became-of.ts';

/** Rows whose records an earlier step or run did not find anywhere: these may have come back since, as after a merge that was taken back. */
export async function* stillGone(
  run: ObjectRun,
  gone: readonly string[] = [],
  findings = noFindings(),
): AsyncIterable<{ readonly portion: Portion }> {
  const ids = gone.toSorted(compareIds);
  for (let start = 0; start < ids.length; start += idsAtOnce) {
    const among = ids.slice(start, start + idsAtOnce);
    const query = { table: run.pipeline.name, state: 'open', among, chunk: idsAtOnce } as const;
    for await (const rows of run.context.warehouse.ids(query)) {
      for await (const portion of whatBecameOf(run, rows)) {
        noteAbsent(findings, portion);
        yield { portion };
      }
    }
  }
}

const idsAtOnce = 500;
