import type { Demo, SyncReport } from '../app/index.ts';
import { columns, wrap } from './columns.ts';
import { count, duration, several } from '../figures.ts';
import type { Terminal } from './terminal.ts';

type Answer<Method extends 'compare' | 'deals' | 'fates' | 'passDay' | 'tables'> = Awaited<
  ReturnType<Demo[Method]>
>;

export function title({ paint }: Terminal): string {
  return (
    `\n  ${paint('bold', 'Keyway')}: a typed copy of a HubSpot CRM in your own Postgres\n` +
    '  This demo stays on this machine: the HubSpot account is invented, the database is new.\n'
  );
}

export function parts({ hubspot, warehouse, contacts }: Demo, { paint }: Terminal): string {
  const done = paint('green', '✓');
  return (
    `  ${done} HubSpot   ${hubspot.url}, account ${hubspot.portalId}, ${count(contacts)} contacts\n` +
    `  ${done} Postgres  psql '${warehouse}'`
  );
}

export function heading(number: number, text: string, { paint }: Terminal): string {
  return `\n  ${paint('bold', `${number}  ${text}`)}\n`;
}

export function loaded(report: SyncReport, { paint }: Terminal): string {
  const rows = report.pipelines.reduce((sum, { counts }) => sum + counts.inserted, 0);
  return `\n  ${paint('green', '✓')} ${several(rows, 'row')} with ${calls([report])} in ${took(report)}`;
}

export function workday({ changes }: Answer<'passDay'>): string {
  const words = changes.map(([kind, times]) => `${count(times)} ${past[kind] ?? kind}`);
  // A word is not torn from its number.
  const line = words.map((word) => word.replaceAll(' ', '\u00a0')).join(', ');
  return `     ${wrap(line, 96, 5).replaceAll('\u00a0', ' ')}`;
}

const past: Readonly<Record<string, string>> = {
  update: 'edited',
  create: 'created',
  archive: 'archived',
  restore: 'restored',
  merge: 'merged',
  'permanent delete': 'deleted for good',
  associate: 'linked',
  dissociate: 'unlinked',
  recalculate: 'recalculated by HubSpot',
  'join list': 'added to lists',
  'leave list': 'taken off lists',
  'deal moved': 'deals moved on',
};

/** Only the pipelines in which something changed. */
export function changed(report: SyncReport, fates: Answer<'fates'>, { paint }: Terminal): string {
  const head = ['pipeline', 'read', 'new', 'updated', 'of which archived', 'removed', 'of which merged'];
  const rows = report.pipelines
    .filter(({ counts }) => counts.inserted + counts.updated + counts.removed > 0)
    .map(({ pipeline, counts }) => {
      const fate = fates.find(({ table }) => table === pipeline);
      const { read, inserted, updated, removed } = counts;
      const figures = [read, inserted, updated, fate?.archived ?? 0, removed, fate?.merged ?? 0];
      return [pipeline, ...figures.map((figure) => (figure === 0 ? '·' : count(figure)))];
    });
  const table = columns(rows, {
    head: head.map((name) => paint('dim', name)),
    align: head.map((_, place) => (place === 0 ? 'left' : 'right')),
  });
  return `\n${table}\n\n  ${paint('green', '✓')} ${calls([report])} in ${took(report)}`;
}

export function moved(
  moves: Answer<'passDay'>['moves'],
  stages: ReadonlyMap<string, string>,
  { paint }: Terminal,
): string {
  const lines = moves.flatMap(({ id, name, from }) => {
    const now = stages.get(id);
    return now === undefined ? [] : [`     ${name}: ${paint('dim', `${from} →`)} ${now}`];
  });
  return lines.length === 0 ? '' : `\n${lines.join('\n')}`;
}

export function tables(arrived: Answer<'tables'>, { paint }: Terminal): string {
  const rows = arrived.map(({ table, rows, columns, comment }) => [
    table,
    count(rows),
    count(columns),
    paint('dim', inShort(comment)),
  ]);
  const head = ['table', 'rows', 'columns', 'holds'].map((name) => paint('dim', name));
  return columns(rows, { head, align: ['left', 'right', 'right', 'left'] });
}

/** What a comment begins with, as far as it fits beside the figures. */
function inShort(comment: string): string {
  const start = comment.split(/[:;]/)[0] ?? '';
  return start.length <= 55 ? start : start.slice(0, start.lastIndexOf(',', 55));
}

/** Some deals, each column with its type. */
export function sample({ columns: given, rows }: Answer<'deals'>, { paint }: Terminal): string {
  const head = given.map(({ name }) => paint('dim', name));
  const types = given.map(({ type }) => paint('cyan', type));
  const cells = rows.map((row) => row.map((cell) => cell ?? ''));
  const table = columns([types, ...cells], {
    head,
    align: given.map(({ type }) => (type === 'numeric' ? 'right' : 'left')),
  });
  return `\n  Some open deals, joined with stages, owners, links and companies:\n\n${table}`;
}

interface Verdict {
  readonly comparison: Answer<'compare'>;
  readonly violations: readonly string[];
  readonly reports: readonly SyncReport[];
  readonly milliseconds: number;
}

export function verdict(
  { comparison, violations, reports, milliseconds }: Verdict,
  terminal: Terminal,
): string {
  const { records, missing, stale, surplus } = comparison;
  const { paint } = terminal;
  const mark = (good: boolean): string => (good ? paint('green', '✓') : paint('red', '✗'));
  const lines = [
    `\n  ${mark(missing + stale === 0)} Compared with HubSpot: ${count(records)} living records, ` +
      `${missing === 0 ? 'none' : count(missing)} missing, ${stale === 0 ? 'none' : count(stale)} out of date`,
    `  ${mark(violations.length === 0)} ${calls(reports)}, ` +
      (violations.length === 0 ? "none of HubSpot's rules broken" : 'which broke rules of HubSpot:'),
    ...violations.slice(0, 10).map((violation) => `      ${violation}`),
    `  ${mark(true)} Done in ${duration(milliseconds)}`,
  ];
  if (surplus > 0)
    lines.push(
      paint(
        'dim',
        `  – ${several(surplus, 'row')} of records that were deleted for good, past the recycle bin: not seen yet`,
      ),
    );
  return lines.join('\n');
}

export function farewell({ paint }: Terminal): string {
  return (
    `\n  Both have stopped. To look around: ${paint('bold', 'npm run demo -- --keep')}\n` +
    `  With an account of yours:          ${paint('bold', 'HUBSPOT_SERVICE_KEY=… npx keyway sync')}\n`
  );
}

export function invitation({ hubspot, warehouse, page }: Demo, { paint }: Terminal): string {
  return [
    `\n  ${paint('bold', 'All is running, until you press Ctrl-C.')} In another terminal:`,
    `\n  Look at the rows:\n\n    psql '${warehouse}'`,
    `\n  Look at the worker, in a browser:\n\n    ${page}`,
    '\n  Ask Keyway yourself:\n',
    `    export HUBSPOT_BASE_URL=${hubspot.url}`,
    `    export HUBSPOT_SERVICE_KEY=${hubspot.key}`,
    `    export KEYWAY_WAREHOUSE='${warehouse}'`,
    `    npx keyway status`,
    `\n  People go on working in that HubSpot account, and the worker syncs each minute:\n`,
  ].join('\n');
}

export function syncLine(
  report: Pick<SyncReport, 'run' | 'pipelines' | 'usage'>,
  { paint }: Terminal,
): string {
  const sum = (what: 'inserted' | 'updated' | 'removed'): string =>
    count(report.pipelines.reduce((total, { counts }) => total + counts[what], 0));
  const time = new Date(report.run.startedAt).toTimeString().slice(0, 8);
  return (
    `  ${paint('dim', time)}  ${report.run.outcome}: ${sum('inserted')} new, ${sum('updated')} updated, ` +
    `${sum('removed')} removed, ${calls([report])} in ${took(report)}`
  );
}

function calls(reports: readonly Pick<SyncReport, 'usage'>[]): string {
  const total = reports.flatMap(({ usage }) => usage).reduce((sum, { calls }) => sum + calls, 0);
  return several(total, 'call');
}

function took({ run }: Pick<SyncReport, 'run'>): string {
  return duration((run.finishedAt ?? run.startedAt) - run.startedAt);
}
