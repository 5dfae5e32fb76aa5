import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { pipelines } from '../../pipelines/index.ts';
import { binary, emptyFolder, keyway } from './run-keyway.ts';

/** What is offered for what was typed so far, the last word being the one that is typed. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const { exitCode, stdout, stderr } = await keyway(['complete', '--', ...words]);
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  // No names of files where there is nothing to offer.
  expect(lines.pop()).toBe(':4');
  return lines.map((line) => line.split('\t')[0] ?? '');
}

describe('what is offered', () => {
  test.each([
    [['s'], ['sync', 'status', 'sandbox']],
    [
      ['keys', ''],
      ['status', 'verify', 'compare', 'help'],
    ],
    [['config', 'v'], ['validate']],
    [['sync', '--dr'], ['--dry-run']],
    [['sync', '--log'], ['--log-level']],
    [['sync', '--log-level', 'd'], ['debug']],
    [['--log-level', 'w'], ['warn']],
    [
      ['sync', 'deals', '--backfill', '--by', ''],
      ['modified', 'created'],
    ],
    [['sync', 'line'], ['line_items']],
    [['sync', 'contacts', 'line'], ['line_items']],
    [['worker', '--backfill', 'line'], ['line_items']],
    [['keys', 'compare', 'line'], ['line_items']],
    [['reset', 'line'], ['line_items']],
    [['reconcile', 'line'], ['line_items']],
    [['discover', 'line'], ['line_items']],
    [['discover', 'owne'], []],
    [['completion', 'b'], ['bash']],
    [['status', 'line'], []],
    [['no-such-command', ''], []],
  ])('for %j is %j', async (words, expected) => {
    expect(await offered(...words)).toEqual(expected);
  });

  it('is every pipeline', async () => {
    expect(new Set(await offered('sync', ''))).toEqual(new Set(pipelines.map(({ name }) => name)));
  });

  it('is a settings file that is there', async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    for (const file of ['config/keyway.yaml', 'nightly.yml', 'other.txt']) writeFileSync(join(cwd, file), '');
    const { stdout } = await keyway(['complete', '--', 'sync', '--config', ''], { cwd });
    expect(stdout).toBe('nightly.yml\t\nconfig/keyway.yaml\t\n:4\n');
  });
});

describe('the script', () => {
  test.each(['bash', 'zsh', 'fish', 'powershell'])('of %s is all that is printed', async (shell) => {
    const { exitCode, stdout, stderr } = await keyway(['completion', shell]);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toContain('keyway complete');
    expect(stdout).toMatch(
      { bash: /^if /, zsh: /^#compdef keyway/, fish: /^# fish/, powershell: /^# powershell/i }[shell]!,
    );
  });

  it('is there for no other shell', async () => {
    const { exitCode, stdout, stderr } = await keyway(['completion', 'tcsh']);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('Allowed choices are bash, zsh, fish, powershell');
  });

  const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'exit']).error === undefined;
  test.each(['zsh', 'fish'].filter(isThere))('of %s is one that it can read', async (shell) => {
    const file = join(emptyFolder(), 'script');
    writeFileSync(file, (await keyway(['completion', shell])).stdout);
    const { status, stderr } = spawnSync(shell, ['-n', file], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
  });

  it('completes in bash, where bash-completion is not installed, and may be read twice', () => {
    const folder = emptyFolder();
    symlinkSync(binary, join(folder, 'keyway'));
    const script = `
      source <(keyway completion bash)
      source <(keyway completion bash)
      shopt -s extglob
      complete -p keyway
      COMP_WORDS=(keyway sync line); COMP_CWORD=2; __keyway_complete; echo "[\${COMPREPLY[*]}]"
      COMP_WORDS=(keyway sta); COMP_CWORD=1; __keyway_complete; echo "[\${COMPREPLY[*]}]"
      COMP_WORDS=(keyway keys ""); COMP_CWORD=2; __keyway_complete; echo "[\${COMPREPLY[*]}]"`;
    const { stdout, stderr } = spawnSync('bash', ['--norc', '--noprofile', '-c', script], {
      encoding: 'utf8',
      env: { PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`, HOME: folder },
    });
    expect(stderr.replaceAll(/^.*compopt: not currently executing completion function\n/gm, '')).toBe('');
    expect(stdout).toBe(
      'complete -F __keyway_complete keyway\n[line_items]\n[status]\n[status verify compare help]\n',
    );
  });
});
