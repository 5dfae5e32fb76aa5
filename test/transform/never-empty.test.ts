import fc from 'fast-check';
import { expect, it } from 'vitest';
import { contacts } from '../../pipelines/objects/contacts.ts';
import type { Cell, Table } from '../../src/table.ts';
import { fitRow, objectTable, partialTable } from '../../src/transform/index.ts';
import { hostileProperties, recordOf } from '../support/hostile-properties.ts';
import { anyValues } from '../support/hostile-values.ts';

/** Of texts from which nothing may be left. */
const list = fc
  .array(fc.constantFrom(';', '\0', ' ', 'a', '\ud800'), { maxLength: 8 })
  .map((parts) => parts.join(''));

const shape = objectTable(contacts, hostileProperties, {
  identifierBytes: 63,
  reservedColumns: [],
  columns: 1600,
});

/** That a table of BigQuery's could not tell from NULL. */
function emptyLists(cells: readonly Cell[] = []): readonly Cell[] {
  return cells.filter((cell) => Array.isArray(cell) && cell.length === 0);
}

it('no record has an empty list in its row, nor in a part of it', () => {
  const part = partialTable(shape, () => true);
  fc.assert(
    fc.property(anyValues, list, (values, choices) => {
      const record = recordOf(shape, { ...values, some_choices: choices });
      expect(emptyLists(shape.row(record).row)).toEqual([]);
      expect(emptyLists(part.row(record)?.row)).toEqual([]);
    }),
  );
});

it('no dictionary has an empty list in a row', () => {
  const table: Table = {
    name: 'settings_users',
    description: '',
    key: [],
    columns: [{ name: 'role_ids', type: 'text[]', description: '' }],
  };
  fc.assert(
    fc.property(fc.oneof(fc.array(list, { maxLength: 3 }), list), (cell) => {
      expect(emptyLists(fitRow(table, [cell]))).toEqual([]);
    }),
  );
});
