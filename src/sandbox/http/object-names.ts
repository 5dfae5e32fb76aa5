import { objects } from '../objects/index.ts';
import type { ObjectDefinition } from '../objects/index.ts';
import { publicName } from './exchange.ts';

/** The object that a path segment means: its name, its singular, its type id; custom ones by full name or type id. */
export function resolveObject(segment: string, portalId: number): ObjectDefinition | undefined {
  return objects.find(
    (object) =>
      segment === object.typeId ||
      segment === publicName(object, portalId) ||
      (object.schema === undefined && segment === object.singular),
  );
}
