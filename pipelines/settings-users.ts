import { textsCell, type DictionaryOf } from '../src/pipeline.ts';

export const settingsUsers: DictionaryOf<'settings_users'> = {
  kind: 'dictionary',
  name: 'settings_users',
  dictionary: 'settings_users',
  description: "Users, with their roles and teams, as the account's settings know them",
  scopes: ['settings.users.read', 'crm.objects.users.read'],
  tables: [
    {
      table: {
        name: 'settings_users',
        description:
          "Users as the account's settings know them; removed ones stay, since records refer to them",
        key: ['id'],
        columns: [
          { name: 'id', type: 'integer', description: 'User, as in owners.user_id', required: true },
          { name: 'email', type: 'text', description: 'E-mail address' },
          { name: 'first_name', type: 'text', description: 'First name' },
          { name: 'last_name', type: 'text', description: 'Last name' },
          { name: 'super_admin', type: 'boolean', description: 'May do everything', required: true },
          { name: 'role_ids', type: 'text[]', description: 'Sets of permissions, as in roles' },
          { name: 'primary_team_id', type: 'integer', description: 'Main team' },
          { name: 'secondary_team_ids', type: 'text[]', description: 'Further teams' },
          { name: 'seat_names', type: 'text[]', description: 'Paid seats' },
          { name: '_deleted_at', type: 'timestamp', description: 'When HubSpot stopped listing the user' },
        ],
      },
      vanished: 'close',
      rows: (user) => [
        [
          user.id,
          user.email,
          user.firstName,
          user.lastName,
          String(user.superAdmin),
          textsCell(user.roleIds),
          user.primaryTeamId,
          textsCell(user.secondaryTeamIds),
          textsCell(user.seatNames),
          null,
        ],
      ],
    },
  ],
};
