import type { DictionaryOf } from '../src/pipeline.ts';

export const teams: DictionaryOf<'teams'> = {
  kind: 'dictionary',
  name: 'teams',
  dictionary: 'teams',
  description: 'Teams and who is in them; without their own scope, as far as owners tell',
  // Owners tell of some teams, too; all of them take this scope.
  scopes: ['settings.users.teams.read'],
  tables: [
    {
      table: {
        name: 'teams',
        description: 'Teams; if the key may only read owners, those that have one',
        key: ['id'],
        columns: [
          { name: 'id', type: 'integer', description: 'Team', required: true },
          { name: 'name', type: 'text', description: "The team's name" },
        ],
      },
      vanished: 'delete',
      rows: (team) => [[team.id, team.name]],
    },
    {
      table: {
        name: 'team_members',
        description: 'Which users are in which teams; if the key may only read owners, those who are owners',
        key: ['team_id', 'user_id'],
        columns: [
          { name: 'team_id', type: 'integer', description: 'Team', required: true },
          { name: 'user_id', type: 'integer', description: 'User, as in settings_users', required: true },
          { name: 'is_primary', type: 'boolean', description: "The user's main team", required: true },
        ],
      },
      vanished: 'delete',
      rows: (team) => [
        ...team.secondaryUserIds.map((user) => [team.id, user, 'false']),
        ...team.userIds.map((user) => [team.id, user, 'true']),
      ],
    },
  ],
};
