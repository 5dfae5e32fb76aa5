import type { Dictionaries } from '../pipeline.ts';
import type { ObjectTable } from '../transform/index.ts';

type Item = Dictionaries['properties'];

/**
 * What the dictionary says of an object's properties. Those that are not read are in it without a column. Options of what is
 * not kept as it is are left out: an option can be a person's name, and beside hashes they would be a list of what to try.
 */
export function propertyItems(objectType: string, { columns, left }: ObjectTable): readonly Item[] {
  return [
    ...columns.map(({ name: columnName, type: columnType, property }): Item => {
      const hashed = property.treatment.kind === 'hash';
      const options = hashed ? [] : property.options;
      return {
        ...property,
        options,
        objectType,
        columnName,
        columnType,
        treatment: hashed ? 'hashed' : null,
      };
    }),
    ...left.map(({ property }): Item => {
      const treatment = property.treatment.kind === 'leave' ? property.treatment.why : null;
      return { ...property, options: [], objectType, columnName: null, columnType: null, treatment };
    }),
  ];
}
