import type { DictionaryOf } from '../src/pipeline.ts';

export const roles: DictionaryOf<'roles'> = {
  kind: 'dictionary',
  name: 'roles',
  dictionary: 'roles',
  description: 'Sets of permissions that users can have',
  scopes: ['settings.users.read', 'crm.objects.users.read'],
  tables: [
    {
      table: {
        name: 'roles',
        description: 'Sets of permissions that users can have',
        key: ['id'],
        columns: [
          { name: 'id', type: 'integer', description: 'Role', required: true },
          { name: 'name', type: 'text', description: "The role's name" },
          { name: 'requires_billing_write', type: 'boolean', description: 'Has a paid seat', required: true },
        ],
      },
      vanished: 'delete',
      rows: (role) => [[role.id, role.name, String(role.requiresBillingWrite)]],
    },
  ],
};
