export { columnType } from './column-type.ts';
export { mergedIds } from './merged-ids.ts';
export { objectTable, type ObjectTable } from './object-table.ts';
