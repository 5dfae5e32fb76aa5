import type { KeyComparison } from '../app/index.ts';
import { columns, wrap } from './columns.ts';
import { count, several } from '../figures.ts';
import type { Terminal } from './terminal.ts';

/** What a comparison of keys has found, for people: names and ids, never a value. */
export function comparisonText(report: KeyComparison, terminal: Terminal): string {
  const { account, calls, verdict } = report;
  const spent = `${several(calls.legacy, 'call')} with the legacy token, ${several(calls.key, 'call')} with the Service Key`;
  return [
    `  Both keys are of HubSpot account ${account.portalId}.`,
    scopes(report),
    table(report, terminal),
    remarks(report, 'difference', terminal.paint('red', 'Different')),
    remarks(report, 'note', terminal.paint('yellow', 'Worth knowing')),
    `  ${terminal.paint('bold', `${verdict}: ${spent}`)}`,
    report.next.map((step) => `  ${wrap(step, 100, 2)}`).join('\n'),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function scopes({ scopes }: KeyComparison): string {
  const silent = [
    ...(scopes.legacy === null ? ['the legacy token'] : []),
    ...(scopes.key === null ? ['the Service Key'] : []),
  ];
  if (silent.length > 0) {
    const text = `HubSpot does not say which scopes ${silent.join(' and ')} ${silent.length > 1 ? 'have' : 'has'}; so only what can be read is compared.`;
    return `  ${wrap(text, 100, 2)}`;
  }
  const lines = [
    list('Only the legacy token has', scopes.onlyLegacy),
    list('Only the Service Key has', scopes.onlyKey),
    list('To tick for the Service Key', scopes.toTick),
  ].flat();
  return ['  Scopes', ...(lines.length === 0 ? ['    Both keys have the same.'] : lines)].join('\n');
}

function list(title: string, names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`    ${wrap(`${title}: ${names.join(', ')}`, 100, 4)}`];
}

const verdicts = { same: 'green', different: 'red', 'not comparable': 'yellow' } as const;

function table({ comparisons }: KeyComparison, { paint }: Terminal): string {
  const shown = (value: number | undefined): string => (value === undefined ? '·' : count(value));
  const rows = comparisons.map(({ pipeline, verdict, seen, sampled, properties }) => [
    pipeline,
    paint(verdicts[verdict], verdict),
    ...[seen?.legacy, seen?.key, sampled, properties].map(shown),
  ]);
  const head = ['pipeline', 'verdict', 'legacy token', 'Service Key', 'sampled', 'properties'];
  const align = head.map((_, at) => (at < 2 ? 'left' : 'right'));
  return columns(rows, { head: head.map((name) => paint('dim', name)), align });
}

function remarks({ comparisons }: KeyComparison, weight: 'difference' | 'note', title: string): string {
  const unread = weight === 'note' ? comparisons.filter(isUnread) : [];
  const lines = comparisons.flatMap(({ pipeline, remarks }) => {
    const all = remarks.filter(
      (each) => each.weight === weight && !unread.some((one) => one.pipeline === pipeline),
    );
    const left = all.length - most;
    return [
      ...all.slice(0, most).map((each) => line(pipeline, `${each.text}${such(each)}`)),
      ...(left > 0 ? [line(pipeline, `And ${count(left)} more; --json has them all.`)] : []),
    ];
  });
  if (unread.length > 0) {
    const names = unread.map(({ pipeline }) => pipeline).join(', ');
    lines.push(`    ${wrap(`Neither key may read: ${names}.`, 100, 4)}`);
  }
  return lines.length === 0 ? '' : `  ${title}\n${lines.join('\n')}`;
}

/** Without a list of pipelines in the settings, these may be many. */
function isUnread({ verdict, remarks }: KeyComparison['comparisons'][number]): boolean {
  return (
    verdict === 'not comparable' &&
    remarks.length > 0 &&
    remarks.every(({ about, scopes }) => about === 'refusal' && scopes.length > 0)
  );
}

/** Of each pipeline. */
const most = 8;

function line(pipeline: string, text: string): string {
  return `    ${pipeline.padEnd(14)} ${wrap(text, 100, 19)}`;
}

function such({
  examples,
  count: all,
}: {
  readonly examples: readonly string[];
  readonly count: number;
}): string {
  if (examples.length === 0) return '';
  const few = examples.slice(0, 5);
  return ` ${few.length === all ? 'That is' : 'Such as'} ${few.join(', ')}.`;
}
