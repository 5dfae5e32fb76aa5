import { calls, emails, meetings, notes, tasks } from './activities.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { deals } from './deals.ts';
import type { ObjectDefinition } from './definition.ts';
import { machines } from './machines.ts';
import { others } from './others.ts';
import { tickets } from './tickets.ts';

/** Every object of the sandbox. */
export const objects: readonly ObjectDefinition[] = [
  contacts,
  companies,
  deals,
  tickets,
  notes,
  calls,
  tasks,
  meetings,
  emails,
  machines,
  ...others,
];

export type { ObjectDefinition } from './definition.ts';
export { fills, iso } from './draw.ts';
export type { Draw, Facts } from './draw.ts';
export { customProperty, extraProperties } from './extra-properties.ts';
export { linkPairs } from './links.ts';
export type { LinkPair, LinkType } from './links.ts';
export { nasty } from './nasty.ts';
export { personOf, slug } from './people.ts';
export { systemDatetime, systemNumber, systemText } from './property.ts';
export type { PropertySpec } from './property.ts';
