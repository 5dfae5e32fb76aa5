import type { DictionaryOf } from '../src/pipeline.ts';

export const owners: DictionaryOf<'owners'> = {
  kind: 'dictionary',
  name: 'owners',
  dictionary: 'owners',
  description: 'Users and queues that records can be assigned to, and the teams they are in',
  scopes: ['crm.objects.owners.read'],
  tables: [
    {
      table: {
        name: 'owners',
        description: 'Users and queues that records can be assigned to, archived ones included',
        key: ['id'],
        columns: [
          { name: 'id', type: 'integer', description: 'The value of hubspot_owner_id', required: true },
          { name: 'email', type: 'text', description: 'E-mail address' },
          { name: 'type', type: 'text', description: 'PERSON or QUEUE' },
          { name: 'first_name', type: 'text', description: 'First name' },
          { name: 'last_name', type: 'text', description: 'Last name' },
          { name: 'user_id', type: 'integer', description: 'HubSpot user; empty when archived' },
          {
            name: 'user_id_including_inactive',
            type: 'integer',
            description: 'HubSpot user, also of an archived owner',
          },
          { name: 'archived', type: 'boolean', description: 'No longer active', required: true },
          { name: 'created_at', type: 'timestamp', description: 'When the owner was created' },
          { name: 'updated_at', type: 'timestamp', description: 'When the owner was last changed' },
          { name: '_deleted_at', type: 'timestamp', description: 'When HubSpot stopped listing the owner' },
        ],
      },
      vanished: 'close',
      rows: (owner) => [
        [
          owner.id,
          owner.email,
          owner.type,
          owner.firstName,
          owner.lastName,
          owner.userId,
          owner.userIdIncludingInactive,
          String(owner.archived),
          owner.createdAt,
          owner.updatedAt,
          null,
        ],
      ],
    },
    {
      table: {
        name: 'owner_teams',
        description: 'Which owners are in which teams',
        key: ['owner_id', 'team_id'],
        columns: [
          { name: 'owner_id', type: 'integer', description: 'Owner', required: true },
          { name: 'team_id', type: 'integer', description: 'Team', required: true },
          { name: 'is_primary', type: 'boolean', description: "The owner's main team", required: true },
        ],
      },
      vanished: 'delete',
      rows: (owner) => owner.teams.map((team) => [owner.id, team.id, String(team.primary)]),
    },
  ],
};
