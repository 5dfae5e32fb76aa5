import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/exit.ts';
import { keyway } from '../cli/run-keyway.ts';
import { withDatabase } from '../support/postgres.ts';
import { environment, hurried, withSandbox } from './account.ts';

const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');

describe('the README', () => {
  it('has queries that answer', async () => {
    const [sandbox, database] = [await withSandbox({ contacts: 300 }), await withDatabase()];
    expect(
      (await keyway(['sync'], { env: { ...environment(sandbox, database), ...hurried } })).exitCode,
    ).toBe(0);
    const blocks = [...readme.matchAll(/^```sql\n([^]*?)^```/gm)].map(([, block = '']) => block);
    const queries = blocks.flatMap((block) => block.split(';')).filter((sql) => sql.trim() !== '');
    expect(queries.length).toBeGreaterThan(2);
    for (const sql of queries) expect((await database.query(sql)).length, sql).toBeGreaterThan(0);
  });

  it('knows every table that a sync makes', async () => {
    const [sandbox, database] = [await withSandbox(), await withDatabase()];
    await keyway(['sync'], { env: { ...environment(sandbox, database), ...hurried, KEYWAY_PIPELINES: '' } });
    const tables = await database.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'hubspot' order by 1`,
    );
    expect(tables.length).toBeGreaterThan(10);
    const ours = tables.filter(({ name }) => !name.startsWith('custom_'));
    for (const { name } of ours) expect(readme).toContain(`\`${name}\``);
  });

  it('knows every command, its flags, and every exit code', async () => {
    const commands = await commandsOf([]);
    expect(commands.map((words) => words.join(' '))).toEqual(
      expect.arrayContaining(['sync', 'demo', 'keys compare']),
    );
    for (const command of commands) {
      const row =
        readme.split('\n').find((line) => new RegExp(`^\\| \`${command.join(' ')}\\b`).test(line)) ?? '';
      expect(row, command.join(' ')).not.toBe('');
      const help = (await keyway([...command, '--help'])).stdout.split('Global Options')[0] ?? '';
      for (const [, flag = ''] of help.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm))
        if (flag !== '--help') expect(row).toContain(`\`${flag}\``);
    }
    for (const code of Object.values(exitCodes))
      expect(readme).toMatch(new RegExp(`^\\| .*\\b${code}\\b.* \\|`, 'm'));
  });
});

/** Every command by its words; of a group, those in it. */
async function commandsOf(group: readonly string[]): Promise<readonly (readonly string[])[]> {
  const { stdout } = await keyway([...group, '--help']);
  const listed = /^Commands:\n([^]*?)\n\n/m.exec(stdout)?.[1] ?? '';
  const names = [...listed.matchAll(/^ {2}([a-z]+)/gm)].map(([, name = '']) => name);
  const found = await Promise.all(
    names.filter((name) => name !== 'help').map((name) => commandsOf([...group, name])),
  );
  return found.length === 0 ? [group] : found.flat();
}
