import { Command } from 'commander';
import type { DiscoverReport } from '../../app/index.ts';
import { columns, wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { count, several } from '../../figures.ts';
import { inSession } from '../session.ts';
import type { Terminal } from '../terminal.ts';

type Discovered = DiscoverReport['objects'][number];

export function discoverCommand(): Command {
  return new Command('discover')
    .description('Show the objects of the account and the tables that they become; of some, each property.')
    .argument(
      '[object...]',
      'objects to show with their properties, such as contacts (default: all, in short)',
    )
    .option('--json', 'print the result as JSON, with every property')
    .addHelpText(
      'after',
      examples([
        ['keyway discover', 'which objects are there, and may the key read them?'],
        ['keyway discover deals', 'which columns has the table?'],
        ['keyway discover --json', 'all of it, for a script'],
      ]),
    )
    .action((objects: readonly string[], _options: object, command: Command) =>
      inSession(command, async ({ app, terminal, json }) => {
        const report = await app.discover(objects);
        const exitCode = exitCodes.done;
        if (json) terminal.out(JSON.stringify({ ...report, exitCode }, undefined, 2));
        else if (objects.length === 0) terminal.out(overview(report, terminal));
        else terminal.out(report.objects.map((object) => details(object, terminal)).join('\n\n'));
        return exitCode;
      }),
    );
}

function overview({ account, objects }: DiscoverReport, { paint }: Terminal): string {
  const rows = objects.map((object) => [
    plain(object.label),
    object.typeId ?? '–',
    object.table,
    object.problem === undefined ? count(object.properties.length) : '–',
    stateOf(object, paint),
  ]);
  const head = ['object', 'type id', 'table', 'properties', 'state'].map((name) => paint('dim', name));
  const table = columns(rows, { head, align: ['left', 'left', 'left', 'right'] });
  const title = paint('bold', `HubSpot account ${account.portalId}: ${several(objects.length, 'object')}`);
  return `  ${title}\n\n${table}\n\n  keyway discover <table> shows the properties of one; keyway check says which scopes are missing.`;
}

function stateOf({ problem, isWanted }: Discovered, paint: Terminal['paint']): string {
  if (problem !== undefined) return paint('yellow', 'cannot be read');
  return isWanted ? paint('green', 'syncs') : paint('dim', 'left out by the settings');
}

function details(object: Discovered, { paint }: Terminal): string {
  const title = `  ${paint('bold', object.table)}: ${plain(object.label)}`;
  if (object.problem !== undefined) return `${title}\n\n  ${wrap(plain(object.problem), 100, 2)}`;
  const rows = object.properties.map(({ name, label, type, column, columnType, treatment }) => [
    name,
    short(plain(label)),
    type,
    column ?? (treatment === 'leave' ? paint('dim', 'left out') : '_extra'),
    treatment === 'hash' ? 'hash' : (columnType ?? ''),
  ]);
  const head = ['property', 'label', 'HubSpot type', 'column', 'type'].map((name) => paint('dim', name));
  return `${title}\n\n${columns(rows, { head })}`;
}

function short(text: string): string {
  const points = Array.from(text);
  return points.length <= 40 ? text : `${points.slice(0, 39).join('')}…`;
}

/** People write labels: nothing of one is to be an order to the terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}+/gu, ' ');
}
