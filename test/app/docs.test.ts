import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { envOf, settingsMarkdown } from '../../config/index.ts';
import { keyway } from '../cli/run-keyway.ts';

const root = resolve(import.meta.dirname, '../..');
const docs = readdirSync(resolve(root, 'docs'))
  .filter((name) => name.endsWith('.md'))
  .map((name) => `docs/${name}`);
const read = (page: string): string => readFileSync(resolve(root, page), 'utf8');

describe.each(['README.md', ...docs])('%s', (page) => {
  const text = read(page);

  it('has no command and no flag that Keyway does not know', async () => {
    for (const words of commandsIn(text)) {
      const flags = words.filter((word) => word.startsWith('-')).map((word) => word.split('=')[0]!);
      const { exitCode, stdout } = await helpOf(words);
      expect(exitCode, words.join(' ')).toBe(0);
      for (const flag of flags) expect(stdout, words.join(' ')).toMatch(new RegExp(`${flag}\\b`));
    }
  });

  it('has no setting that Keyway does not know', () => {
    const known = settingsMarkdown();
    for (const [name] of shellIn(text).matchAll(/\b(?:HUBSPOT|KEYWAY)_[A-Z_]+\b/g)) {
      expect(known, name).toContain(`\`${name.replace(/_FILE$/, '')}\``);
      if (name.endsWith('_FILE')) expect(known).toContain(`\`${name.replace(/_FILE$/, '')}\`, \`…_FILE\``);
    }
  });

  it('leads to nothing that is not there', () => {
    for (const [, target = ''] of text.matchAll(/\]\(([^)#][^)]*)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [file = ''] = target.split('#');
      expect(existsSync(resolve(root, dirname(page), file)), target).toBe(true);
    }
  });
});

it.each(docs)('the README leads to %s', (page) => {
  expect(read('README.md')).toContain(`](${page})`);
});

it('a page about the move from a private app names the setting of its token', () => {
  expect(read('docs/migrate-from-private-app.md')).toContain(envOf('hubspot.legacyToken'));
});

/** Blocks of shell, each command on a line of its own. */
function shellIn(text: string): string {
  const blocks = [...text.matchAll(/^ *```sh\n([^]*?)^ *```/gm)].map(([, block = '']) => block);
  return blocks.join('\n').replaceAll(/\\\n\s*/g, '');
}

/** The words behind `npx keyway`, up to the end of the command. */
function commandsIn(text: string): readonly (readonly string[])[] {
  return [...shellIn(text).matchAll(/\bnpx keyway ([^\n|>&;#]*)/g)].map(([, rest = '']) =>
    rest.trim().split(/\s+/),
  );
}

/** Of the command, or of the one within a group. */
function helpOf([command = '', second = '']: readonly string[]): ReturnType<typeof keyway> {
  const words = command === 'keys' ? [command, second] : [command];
  return keyway([...words, '--help']);
}
