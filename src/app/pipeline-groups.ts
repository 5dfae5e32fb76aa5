import { isCustom } from '../pipeline.ts';

/** Pipelines as people look for them, for those who choose. */
const groups: Readonly<Record<string, readonly string[]>> = {
  'Contacts and companies': ['contacts', 'companies'],
  'Sales and service': ['deals', 'tickets', 'leads', 'feedback_submissions', 'goal_targets'],
  Commerce: [
    'line_items',
    'products',
    'quotes',
    'orders',
    'carts',
    'invoices',
    'commerce_payments',
    'subscriptions',
    'contracts',
    'discounts',
    'fees',
    'taxes',
  ],
  Activities: ['calls', 'emails', 'meetings', 'notes', 'tasks', 'communications', 'postal_mail'],
  'Objects that an account switches on': ['appointments', 'courses', 'listings', 'services', 'projects'],
  'Custom objects': [],
  'People who work in HubSpot': ['owners', 'teams', 'users', 'settings_users', 'roles'],
  'What holds it together': [
    'account',
    'associations',
    'lists',
    'pipelines',
    'properties',
    'property_history',
    'object_schemas',
  ],
};

/** These pipelines by group, in the groups' order; none is left out, and no group is empty. */
export function inGroups(pipelines: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>(Object.keys(groups).map((group) => [group, []]));
  for (const name of pipelines) {
    const group = isCustom(name) ? 'Custom objects' : groupOf(name);
    found.set(group, [...(found.get(group) ?? []), name]);
  }
  return new Map([...found].filter(([, names]) => names.length > 0));
}

function groupOf(name: string): string {
  return Object.entries(groups).find(([, names]) => names.includes(name))?.[0] ?? 'Other objects';
}
