import { associations } from '../../pipelines/associations.ts';
import { pipelines } from '../../pipelines/index.ts';
import { objects as everyPipeline } from '../../pipelines/objects/index.ts';
import { objects as everyObject } from '../../src/sandbox/objects/index.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { instantOf } from './instant-of.ts';
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
    const stored = table !== 'object_schemas' && columns.includes('object_type') ? open.filter(ours) : open;
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

function wanted(
  { world: { truth }, options }: Sandbox,
  objects: readonly string[],
): Readonly<Record<string, Wanted>> {
  const owners = truth.owners();
  const users = owners.filter(({ userId, archived }) => userId !== null && !archived);
  const staged = pipelines.filter((pipeline) => pipeline.kind === 'object' && pipeline.staged);
  const ours = staged.map(({ name }) => name).filter((name) => objects.includes(name));
  const stagePipelines = ours.flatMap((name) => truth.pipelines(name).map((each) => ({ ...each, name })));
  return {
    account: {
      columns: ['portal_id', 'account_type', 'time_zone', 'company_currency', 'additional_currencies'],
      rows: [[options.portalId, 'STANDARD', options.timeZone, 'EUR', ['USD', 'GBP', 'CHF']]],
    },
    owners: {
      columns: [
        'id',
        'type',
        'email',
        'first_name',
        'last_name',
        'archived',
        'user_id',
        'user_id_including_inactive',
        'created_at',
        'updated_at',
      ],
      rows: owners.map(({ id, type, email, firstName, lastName, archived, userId, ...owner }) => [
        id,
        type,
        email,
        firstName,
        lastName,
        archived,
        archived ? null : userId,
        userId,
        owner.createdAt,
        owner.updatedAt,
      ]),
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
      columns: [
        'id',
        'email',
        'first_name',
        'last_name',
        'super_admin',
        'role_ids',
        'seat_names',
        'primary_team_id',
        'secondary_team_ids',
      ],
      rows: users.map(({ userId, email, firstName, lastName, teams }) => {
        const others = teams.filter(({ primary }) => !primary).map(({ id }) => id);
        const main = teams.find(({ primary }) => primary)?.id ?? null;
        return [
          userId,
          email,
          firstName,
          lastName,
          false,
          null,
          null,
          main,
          others.length === 0 ? null : others,
        ];
      }),
    },
    roles: { columns: ['id', 'name', 'requires_billing_write'], rows: [['5100001', 'Sales', false]] },
    object_schemas: {
      columns: [
        'object_type',
        'type_id',
        'name',
        'archived',
        'singular_label',
        'plural_label',
        'primary_display_property',
        'required_properties',
        'searchable_properties',
      ],
      rows: everyObject.flatMap(({ typeId, name, schema }) => {
        if (schema === undefined) return [];
        const { singularLabel, pluralLabel, display } = schema;
        const names = [`custom_${name}`, typeId, name, false, singularLabel, pluralLabel];
        return [[...names, display, [display], [display]]];
      }),
    },
    pipelines: {
      columns: ['object_type', 'id', 'label', 'display_order', 'archived', 'created_at', 'updated_at'],
      rows: stagePipelines.map(({ name, id, label, displayOrder, ...dates }) => [
        name,
        id,
        label,
        displayOrder,
        dates.archived,
        dates.createdAt,
        dates.updatedAt,
      ]),
    },
    pipeline_stages: {
      columns: [
        'object_type',
        'pipeline_id',
        'id',
        'label',
        'display_order',
        'metadata',
        'is_closed',
        'probability',
        'archived',
        'created_at',
        'updated_at',
      ],
      rows: stagePipelines.flatMap(({ name, id, stages }) =>
        stages.map(({ metadata, ...stage }) => [
          name,
          id,
          stage.id,
          stage.label,
          stage.displayOrder,
          sorted(metadata),
          closedBy(metadata),
          Number(metadata['probability'] ?? Number.NaN),
          stage.archived,
          stage.createdAt,
          stage.updatedAt,
        ]),
      ),
    },
    association_types: {
      columns: ['from_type', 'to_type', 'category', 'type_id', 'label'],
      rows: associations(everyPipeline)
        .pairs.filter(({ from, to }) => objects.includes(from) && objects.includes(to))
        .flatMap(({ from, to }) =>
          truth
            .associationTypes(from, to)
            .map(({ category, typeId, label }) => [from, to, category, typeId, label]),
        ),
    },
  };
}

function closedBy({ isClosed, ticketState }: Readonly<Record<string, string>>): string | null {
  return isClosed ?? (ticketState === undefined ? null : String(ticketState === 'CLOSED'));
}

function sorted(members: object): unknown {
  return Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** As `wanted` gives it: instants as milliseconds, documents with their members in order. */
function cell(row: Cells, column: string): unknown {
  const stored = row[column] ?? null;
  if (column === 'probability') return stored === null ? Number.NaN : Number(stored);
  if (typeof stored !== 'string') return stored;
  if (column.endsWith('_at')) return instantOf(stored);
  return column === 'metadata' ? sorted(JSON.parse(stored) as object) : stored;
}

function textOf(cells: readonly unknown[]): string {
  return JSON.stringify(cells, (_, each: unknown) =>
    typeof each === 'number' || typeof each === 'boolean' ? String(each) : each,
  );
}
