export { readingRules } from './cell.ts';
export { customObjects } from './custom-objects.ts';
export { erasedRecord } from './erased-record.ts';
export { fitRow } from './fit-row.ts';
export { heldElsewhere } from './held-elsewhere.ts';
export { keyedHash } from './keyed-hash.ts';
export { mergedIds, mergeRow, mergesTable } from './merges.ts';
export { objectTable, type ObjectTable, type PropertyColumn } from './object-table.ts';
export { calculatedTable, partialTable, type PartialTable } from './partial-table.ts';
