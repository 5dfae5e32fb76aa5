import { pipelines } from '../../pipelines/index.ts';
import { objects as everyObject } from '../../src/sandbox/objects/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Cells, Tables } from './tables.ts';

/** What the account calls things, as the sandbox knows it. */
export async function compareDictionaries(
  tables: Tables,
  sandbox: Sandbox,
  { objects, all = true }: CompareWhat,
): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [table, { columns, rows }] of Object.entries(wanted(sandbox, objects))) {
    if (!all && !usual.has(table)) continue;
    const open = (await tables.rows(table)).filter((row) => (row['_deleted_at'] ?? null) === null);
    const ours = (row: Cells): boolean => objects.includes(String(row['object_type']));
    const stored = columns.includes('object_type') ? open.filter(ours) : open;
    const have = stored.map((row) => textOf(columns.map((column) => cell(row, column))));
    const want = rows.map(textOf);
    for (const row of want.filter((row) => !have.includes(row))) found.push(`${table}: missing ${row}`);
    for (const row of have.filter((row) => !want.includes(row))) found.push(`${table}: left over ${row}`);
  }
  return found;
}

interface CompareWhat {
  readonly objects: readonly string[];
  /** Also those that are not read where only some objects are. */
  readonly all?: boolean;
}

const usual = new Set(['owners', 'owner_teams', 'pipelines', 'pipeline_stages']);

interface Wanted {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

function wanted({ world: { truth } }: Sandbox, objects: readonly string[]): Readonly<Record<string, Wanted>> {
  const owners = truth.owners();
  const users = owners.filter(({ userId, archived }) => userId !== null && !archived);
  const staged = pipelines.filter((pipeline) => pipeline.kind === 'object' && pipeline.staged);
  const ours = staged.map(({ name }) => name).filter((name) => objects.includes(name));
  const stagePipelines = ours.flatMap((name) => truth.pipelines(name).map((each) => ({ ...each, name })));
  return {
    owners: {
      columns: ['id', 'type', 'email', 'archived', 'user_id_including_inactive'],
      rows: owners.map(({ id, type, email, archived, userId }) => [id, type, email, archived, userId]),
    },
    owner_teams: {
      columns: ['owner_id', 'team_id', 'is_primary'],
      rows: owners.flatMap(({ id, teams }) => teams.map((team) => [id, team.id, team.primary])),
    },
    teams: { columns: ['id', 'name'], rows: truth.teams().map(({ id, name }) => [id, name]) },
    team_members: {
      columns: ['team_id', 'user_id', 'is_primary'],
      rows: users.flatMap(({ userId, teams }) => teams.map((team) => [team.id, userId, team.primary])),
    },
    settings_users: {
      columns: ['id', 'email', 'primary_team_id', 'secondary_team_ids'],
      rows: users.map(({ userId, email, teams }) => {
        const others = teams.filter(({ primary }) => !primary).map(({ id }) => id);
        const main = teams.find(({ primary }) => primary)?.id ?? null;
        return [userId, email, main, others.length === 0 ? null : others];
      }),
    },
    roles: { columns: ['id', 'name'], rows: [['5100001', 'Sales']] },
    object_schemas: {
      columns: ['type_id', 'name', 'archived'],
      rows: everyObject
        .filter(({ schema }) => schema !== undefined)
        .map(({ typeId, name }) => [typeId, name, false]),
    },
    pipelines: {
      columns: ['object_type', 'id', 'label'],
      rows: stagePipelines.map(({ name, id, label }) => [name, id, label]),
    },
    pipeline_stages: {
      columns: ['object_type', 'pipeline_id', 'id', 'label'],
      rows: stagePipelines.flatMap(({ name, id, stages }) =>
        stages.map((stage) => [name, id, stage.id, stage.label]),
      ),
    },
  };
}

function cell(row: Cells, column: string): unknown {
  return row[column] ?? null;
}

function textOf(cells: readonly unknown[]): string {
  return JSON.stringify(cells, (_, each: unknown) =>
    typeof each === 'number' || typeof each === 'boolean' ? String(each) : each,
  );
}
