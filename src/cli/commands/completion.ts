import { Argument, Command } from 'commander';
import { openCompletion } from '../completion.ts';
import { examples } from '../examples.ts';

const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;

/** `program` gives the command line that is to be completed, anew each time. */
export function completionCommand(program: () => Command): Command {
  return new Command('completion')
    .description('Print a script with which a shell completes commands, flags and names of pipelines.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText(
      'after',
      examples([
        ['source <(keyway completion bash)', 'in ~/.bashrc; so with zsh'],
        ['keyway completion fish | source', 'in ~/.config/fish/config.fish'],
        ['keyway completion powershell | Out-String | iex', 'in $PROFILE'],
      ]),
    )
    .action(async (shell: (typeof shells)[number]) => {
      const root = await openCompletion(program(), []);
      if (shell !== 'bash') return root.setup('keyway', 'keyway', shell);
      // It may be read twice, and the package bash-completion need not be there.
      process.stdout.write(`${beforeBash}\n`);
      root.setup('keyway', 'keyway', shell);
      process.stdout.write('fi\n');
    });
}

/** What the scripts ask, with the words that are there so far. */
export function completeCommand(program: () => Command): Command {
  return new Command('complete')
    .argument('[words...]')
    .allowUnknownOption()
    .action(async (words: string[]) => {
      const root = await openCompletion(program(), words);
      root.parse(words);
    });
}

const beforeBash = `if ! declare -F _get_comp_words_by_ref > /dev/null; then
    _get_comp_words_by_ref() {
        cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} cword=$COMP_CWORD
        words=("\${COMP_WORDS[@]}")
    }
fi
if ! declare -F __keyway_complete > /dev/null; then`;
