import { createHash } from 'node:crypto';
import type { Job, QueryParameter } from '../support/bigquery/rest.ts';
import type { Rewriting } from '../support/bigquery/rewriting-proxy.ts';

interface CommitScript {
  readonly guard: string;
  readonly raise: string;
  /** And the end of the transaction. */
  readonly rows: readonly string[];
}

/** The statements of a commit's script; nothing where it is another job. */
export function commitOf(job: Job): CommitScript | undefined {
  const [begin, guard, raise, ...rows] = sqlOf(job)
    .split(/;(?:\n|$)/)
    .filter((statement) => statement !== '');
  if (begin !== 'BEGIN TRANSACTION' || guard === undefined || raise === undefined) return undefined;
  return { guard, raise, rows };
}

export function withSql(job: Job, statements: readonly string[]): Job {
  const query = `${statements.join(';\n')};`;
  return { ...job, configuration: { ...job.configuration, query: { ...job.configuration?.query, query } } };
}

export function rewritten(job: Job, pattern: RegExp, by: string): Job {
  const query = sqlOf(job).replace(pattern, by);
  if (job.configuration?.query === undefined) return job;
  return { ...job, configuration: { ...job.configuration, query: { ...job.configuration.query, query } } };
}

export function named(job: Job, more: string): Job {
  const { jobId = '' } = job.jobReference ?? {};
  return { ...job, jobReference: { ...job.jobReference, jobId: jobId + more } };
}

function sqlOf({ configuration }: Job): string {
  return configuration?.query?.query ?? '';
}

/** Whoever asks what became of a commit hears that it is there. */
export function trustingInsertion(): Rewriting {
  const last = new Map<string, { readonly version: number; readonly batch: string }>();
  return {
    job(job) {
      const sql = sqlOf(job);
      const raise = /batch_id = @(\w+).* WHERE pipeline = @(\w+) AND version = @(\w+)/.exec(sql);
      const value = valuesOf(job.configuration?.query?.queryParameters ?? []);
      if (raise !== null) {
        const [, batch = '', pipeline = '', version = ''] = raise;
        last.set(value(pipeline), { version: Number(value(version)) + 1, batch: value(batch) });
        return job;
      }
      const asked = /^SELECT version, batch_id, run_id FROM .* WHERE pipeline = @(\w+)$/.exec(sql);
      const known = asked === null ? undefined : last.get(value(asked[1] ?? ''));
      if (known === undefined) return job;
      const { version, batch } = known;
      return rewritten(job, /^[^]*$/, `SELECT ${version} AS version, '${batch}' AS batch_id, '' AS run_id`);
    },
  };
}

function valuesOf(parameters: readonly QueryParameter[]): (name: string) => string {
  const values = new Map(parameters.map(({ name, parameterValue }) => [name, parameterValue?.value]));
  return (name) => values.get(name) ?? '';
}

/** A commit that is asked for again gets another id each time, which is the one that counts. */
export function secondIds(): Rewriting {
  const last = new Map<string, string>();
  return {
    text: (text, { method }) =>
      method === 'GET' ? text.replace(/keyway-commit-[\w-]+/, (id) => last.get(id) ?? id) : text,
    job(job) {
      const { jobId = '' } = job.jobReference ?? {};
      if (!jobId.startsWith('keyway-commit-')) return job;
      const another = last.has(jobId) ? named(job, `-again-${last.size}`) : job;
      last.set(jobId, another.jobReference?.jobId ?? '');
      return another;
    },
  };
}

/** All rows of a shape wait in one table, which nobody drops. */
export function sameStagingTables(): Rewriting {
  const names = new Map<string, string>();
  return {
    text(text, { method }) {
      if (method === 'DELETE') return text;
      const made = /"tableId":"([0-9a-f-]{36}-\d+)".*"schema":(\{.*?\}\]\})/.exec(text);
      if (made !== null) {
        const [, name = '', schema = ''] = made;
        names.set(name, `rows_${createHash('sha1').update(schema).digest('hex').slice(0, 8)}`);
      }
      return text.replace(
        /(?<![\w-])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}-\d+/g,
        (name) => names.get(name) ?? name,
      );
    },
  };
}
