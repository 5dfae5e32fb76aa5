import { Command } from 'commander';
import type { NoticesReport } from '../../app/index.ts';
import { wrap } from '../columns.ts';
import { examples } from '../examples.ts';
import { exitCodes } from '../exit.ts';
import { duration, instant } from '../../figures.ts';
import { inSession, type Session } from '../session.ts';
import type { Terminal } from '../terminal.ts';

export function notifyCommand(): Command {
  return new Command('notify')
    .description('Show what people were told of by the webhook, or send it a message to try it.')
    .option('--test', 'send a message that says that messages arrive')
    .option('--json', 'print the result as JSON')
    .addHelpText(
      'after',
      examples([
        ['keyway notify', 'what was told, and is not over'],
        ['keyway notify --test', 'does the webhook work?'],
      ]),
    )
    .action(({ test = false }: { readonly test?: boolean }, command: Command) =>
      inSession(command, (session) => (test ? tried(session) : listed(session))),
    );
}

async function tried({ app, terminal, json }: Session): Promise<number> {
  await app.tryWebhook();
  const text = 'The webhook took the message: see whether it is where you look.';
  terminal.out(json ? JSON.stringify({ ok: true, exitCode: exitCodes.done }, undefined, 2) : text);
  return exitCodes.done;
}

async function listed({ app, terminal, json }: Session): Promise<number> {
  const report = await app.notices();
  if (json) terminal.out(JSON.stringify({ ...report, exitCode: exitCodes.done }, undefined, 2));
  else terminal.out(noticesText(report, terminal));
  return exitCodes.done;
}

function noticesText({ isOn, about, staleAfter, notices }: NoticesReport, { paint }: Terminal): string {
  const behind = about.includes('staleness') ? `; tables after ${duration(staleAfter)}` : '';
  const head = isOn
    ? `Told to the webhook: ${about.join(', ')}${behind}.`
    : 'There is no webhook, so nobody is told: set KEYWAY_NOTIFY__WEBHOOK.';
  if (notices.length === 0) return `  ${head}\n\n  Nothing is wrong that people were told of.`;
  const lines = notices.map(
    ({ text, toldAt }) => `  ${paint('yellow', '•')} ${wrap(`${text} (told ${instant(toldAt)})`, 100, 4)}`,
  );
  return `  ${head}\n\n${lines.join('\n')}`;
}
