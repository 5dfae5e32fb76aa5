export { calculatedTable, type CalculatedTable } from './calculated-table.ts';
export { erasedRecord } from './erased-record.ts';
export { fitRow } from './fit-row.ts';
export { heldElsewhere } from './held-elsewhere.ts';
export { mergedIds, mergeRow, mergesTable } from './merges.ts';
export { objectTable, type ObjectTable } from './object-table.ts';
