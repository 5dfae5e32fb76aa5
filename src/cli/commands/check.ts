import { Command } from 'commander';
import type { CheckReport, PipelineCheck } from '../../app/index.ts';
import { columns, wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitOfCheck } from '../exit.ts';
import { several } from '../figures.ts';
import { errorDocument, inSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function checkCommand(): Command {
  return new Command('check')
    .description(
      'Look at key, account, scopes and warehouse, and say what a sync would need. Changes nothing.',
    )
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway check', 'before the first sync, or after a change of key'],
        ['keyway check --json', 'for a script'],
      ]),
    )
    .action((_options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.check();
        const exitCode = exitOfCheck(report);
        const error = report.error === undefined ? undefined : errorDocument(report.error);
        if (json) terminal.out(JSON.stringify({ ...report, error, exitCode }, undefined, 2));
        else terminal.out(checkText(report, terminal));
        return exitCode;
      }),
    );
}

function checkText(report: CheckReport, terminal: Terminal): string {
  return [
    hubspot(report, terminal),
    ...(report.pipelines.length === 0 ? [] : ['', pipelineTable(report, terminal)]),
    ...doubted(report),
    ...trouble(report, terminal),
    '',
    warehouse(report, terminal),
    '',
    `  ${terminal.paint('bold', next(report))}`,
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

function hubspot({ key, account }: CheckReport, terminal: Terminal): string {
  const lines = [
    `${mark(key.ok, terminal)} key ${key.fingerprint ?? 'unknown'}${key.ok ? ' is accepted' : ''}`,
  ];
  if (key.problem !== undefined) lines.push(`    ${wrap(key.problem, 100, 4)}`);
  if (account !== undefined) {
    const about = [account.accountType, account.timeZone, account.companyCurrency].filter(
      (part) => part !== null,
    );
    lines.push(`${mark(true, terminal)} HubSpot account ${account.portalId} (${about.join(', ')})`);
  }
  return lines.join('\n');
}

function pipelineTable({ pipelines }: CheckReport, terminal: Terminal): string {
  const rows = pipelines.map((pipeline) => [
    pipeline.pipeline,
    readable(pipeline, terminal),
    missing(pipeline),
  ]);
  return columns(rows, {
    head: ['pipeline', 'key may read', 'missing'].map((name) => terminal.paint('dim', name)),
  });
}

function readable({ readable, named }: PipelineCheck, { paint }: Terminal): string {
  if (readable) return paint('green', 'yes');
  return named ? paint('red', 'no') : paint('yellow', 'no');
}

function missing({ readable, scopes, withheld, problem = '' }: PipelineCheck): string {
  if (readable) return withheld.map((scope) => `scope ${scope}`).join(' and ');
  const isRefused = problem !== '' && !/scope/.test(problem);
  return scopes.length === 0 || isRefused ? problem : `scope ${scopes.join(' or ')}`;
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

function mark(ok: boolean, { paint }: Terminal): string {
  return `  ${ok ? paint('green', '✓') : paint('red', '✗')}`;
}

function next({ ok, pipelines, key, warehouse }: CheckReport): string {
  if (!key.ok) return 'Mend the key first, then check again.';
  if (!warehouse.ok) return 'Mend the warehouse, then check again.';
  const unreadable = pipelines.filter(({ readable }) => !readable).length;
  if (!ok && unreadable > 0)
    return 'Tick the missing scopes of the key in HubSpot, or take these pipelines out of the settings.';
  if (!ok) return 'Mend what is said above, then check again.';
  if (unreadable === 0) return 'All is well. Next: keyway sync';
  return `All is well; ${several(unreadable, 'pipeline')} will be skipped until the key may read them. Next: keyway sync`;
}
