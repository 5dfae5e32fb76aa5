import type { CheckReport, PipelineCheck } from '../app/index.ts';
import { columns, wrap } from './columns.ts';
import { count, instant, several } from '../figures.ts';
import { scopeLines } from './scope-view.ts';
import type { Terminal } from './terminal.ts';

/** What a look at everything has shown, for people. */
export function checkView(report: CheckReport, terminal: Terminal): string {
  return [
    hubspot(report, terminal),
    ...(report.pipelines.length === 0 ? [] : ['', pipelineTable(report, terminal)]),
    ...(report.scopes === undefined ? [] : ['', ...scopeLines(report.scopes, terminal)]),
    ...doubted(report),
    ...trouble(report, terminal),
    '',
    warehouse(report, terminal),
    '',
    `  ${terminal.paint('bold', wrap(next(report), 100, 2))}`,
  ].join('\n');
}

function doubted({ doubts }: CheckReport): string[] {
  return doubts.length === 0 ? [] : ['', ...doubts.map((doubt) => `  ! ${wrap(doubt, 100, 4)}`)];
}

/** What ended the look at HubSpot halfway, when it was not the key. */
function trouble({ key, error, warehouse }: CheckReport, terminal: Terminal): string[] {
  if (error === undefined || !key.ok || warehouse.problems.includes(error.message)) return [];
  return ['', `${mark(false, terminal)} ${wrap(error.message, 100, 4)}`];
}

function hubspot({ key, account, day }: CheckReport, terminal: Terminal): string {
  const lines = [`${mark(key.ok, terminal)} ${keyName(key)}${key.ok ? ' is accepted' : ''}`];
  if (key.problem !== undefined) lines.push(`    ${wrap(key.problem, 100, 4)}`);
  if (account !== undefined) lines.push(`${mark(true, terminal)} ${accountWords(account)}`);
  if (day !== undefined) lines.push(`${mark(day.left > day.reserve, terminal)} ${dayWords(day)}`);
  return lines.join('\n');
}

/** HubSpot tells no name of an account: its id, and what else there is to know it by. */
export function accountWords({
  portalId,
  accountType,
  timeZone,
  companyCurrency,
}: NonNullable<CheckReport['account']>): string {
  const about = [accountType, timeZone, companyCurrency].filter((part) => part !== null);
  return `HubSpot account ${portalId} (${about.join(', ')})`;
}

function dayWords({ limit, used, reserve, resetsAt, timeZone }: NonNullable<CheckReport['day']>): string {
  const words =
    `${count(used)} of the day's ${count(limit)} calls are used; Keyway leaves ${count(reserve)} to other apps. ` +
    `The day ends at ${instant(Date.parse(resetsAt)).replace(':00 UTC', ' UTC')}, midnight in ${timeZone}`;
  return wrap(words, 80, 4);
}

function pipelineTable({ pipelines }: CheckReport, terminal: Terminal): string {
  const rows = pipelines.map((pipeline) => [
    pipeline.pipeline,
    readable(pipeline, terminal),
    scopesOf(pipeline, terminal),
  ]);
  return columns(rows, {
    head: ['pipeline', 'reads', 'scopes'].map((name) => terminal.paint('dim', name)),
  });
}

function readable({ readable, named, missing }: PipelineCheck, { paint }: Terminal): string {
  if (!readable) return paint(named ? 'red' : 'yellow', 'no');
  return missing.length > 0 ? paint('yellow', 'in part') : paint('green', 'yes');
}

/** Why it cannot be read, where that is nothing that a scope would mend. */
function scopesOf({ needed, granted, missing, problem }: PipelineCheck, { paint }: Terminal): string {
  if (problem !== undefined && missing.length === 0) return wrap(problem, 47, 0);
  const lines = needed.map((scope) => {
    if (missing.includes(scope)) return `${paint('red', '✗')} ${scope}`;
    return granted.includes(scope) ? `${paint('green', '✓')} ${paint('dim', scope)}` : `? ${scope}`;
  });
  return lines.join('\n');
}

function warehouse({ warehouse, schemaChanges }: CheckReport, terminal: Terminal): string {
  const isSaid = warehouse.label.includes(warehouse.server ?? '');
  const server = isSaid ? '' : ` (${warehouse.server})`;
  const lines = [`${mark(warehouse.ok, terminal)} ${warehouse.label}${server}`];
  lines.push(...warehouse.problems.map((problem) => `    ${wrap(problem, 100, 4)}`));
  const tables = schemaChanges.filter(({ kind }) => kind === 'create_table').length;
  const rest = schemaChanges.filter(({ kind }) => kind === 'add_column' || kind === 'retype_column').length;
  const planned = [
    ...(tables > 0 ? [`create ${several(tables, 'table')}`] : []),
    ...(rest > 0 ? [`add or change ${several(rest, 'column')}`] : []),
  ];
  if (planned.length > 0) lines.push(`    The next sync will ${planned.join(' and ')}.`);
  return lines.join('\n');
}

function keyName({ slot = 'key', fingerprint }: CheckReport['key']): string {
  return fingerprint === undefined ? slot : `${slot} (${fingerprint})`;
}

function mark(ok: boolean, { paint }: Terminal): string {
  return `  ${ok ? paint('green', '✓') : paint('red', '✗')}`;
}

function next({ ok, pipelines, key, warehouse, scopes }: CheckReport): string {
  if (!key.ok) return 'Mend the key first, then check again.';
  if (!warehouse.ok) return 'Mend the warehouse, then check again.';
  const unreadable = pipelines.filter(({ readable }) => !readable).length;
  const isMissing = scopes !== undefined && scopes.missing.length > 0;
  if (!ok && isMissing)
    return 'Tick the missing scopes of the key in HubSpot, or take these pipelines out of the settings.';
  if (!ok) return 'Mend what is said above, then check again.';
  if (isMissing && pipelines.every(({ readable, needed }) => !readable || needed.length === 0))
    return 'This key may read nothing yet: tick scopes of what you want to have, then check again.';
  if (unreadable === 0) return 'All is well. Next: keyway sync';
  return `All is well; ${several(unreadable, 'pipeline')} will be skipped until the key may read them. Next: keyway sync`;
}
