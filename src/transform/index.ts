export { fitRow } from './fit-row.ts';
export { mergedIds, mergeRow, mergesTable } from './merges.ts';
export { objectTable, type ObjectTable } from './object-table.ts';
