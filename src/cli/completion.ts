import { readdirSync } from 'node:fs';
import type { RootCommand } from '@bomb.sh/tab';
import type { Command } from 'commander';

type Suggest = (value: string, description: string) => void;

/** What there is to complete: commands and flags from the program itself, and values that only this knows. */
export async function openCompletion(program: Command, typed: readonly string[]): Promise<RootCommand> {
  const { default: tab } = await import('@bomb.sh/tab/commander');
  const root = tab(program, { completionCommandName: 'completion' });
  const pipelines = typed.some((word) => withPipelines.includes(word))
    ? await pipelineNames(typed.includes('discover'))
    : [];
  for (const [name, command] of [['', root] as const, ...root.commands]) {
    // The program's own flags may stand behind any command.
    for (const [flag, option] of root.options)
      if (!command.options.has(flag)) command.options.set(flag, option);
    for (const argument of command.arguments.values())
      if (argument.name === 'pipeline' || argument.name === 'object')
        argument.handler = (suggest) => suggestAll(pipelines, suggest);
    for (const [flag, values] of Object.entries(valuesOf)) {
      const option = command.options.get(flag);
      if (option === undefined || (flag === 'by' && !withBackfill.includes(name))) continue;
      option.isBoolean = false;
      option.handler = (suggest) => suggestAll(values(), suggest);
    }
  }
  return root;
}

type Values = readonly (readonly [value: string, description: string])[];

function suggestAll(values: Values, suggest: Suggest): void {
  for (const [value, description] of values) suggest(value, description);
}

/** The first words of commands that take names of pipelines or objects. */
const withPipelines = ['sync', 'worker', 'reconcile', 'reset', 'keys', 'discover'];
const withBackfill = ['sync', 'worker'];

const valuesOf: Readonly<Record<string, () => Values>> = {
  by: () => [
    ['modified', 'when it was last modified'],
    ['created', 'when it was created'],
  ],
  config: () => yamlFiles().map((file) => [file, '']),
  'log-level': () => ['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => [level, '']),
};

/** Not the whole app, which takes a second to load: whoever presses Tab waits. */
async function pipelineNames(onlyObjects: boolean): Promise<Values> {
  const { pipelines } = await import('../../pipelines/index.ts');
  const fitting = pipelines.filter(({ kind }) => !onlyObjects || kind === 'object');
  return fitting.map(({ name, description }) => [name, description]);
}

/** Where a settings file usually is. */
function yamlFiles(): readonly string[] {
  return ['.', 'config'].flatMap((folder) => {
    try {
      const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
      return names.map((name) => (folder === '.' ? name : `${folder}/${name}`));
    } catch {
      return [];
    }
  });
}
