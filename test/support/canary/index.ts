export { secretsInBigquery, type Sent } from './bigquery.ts';
export { secretsInDatabase } from './database.ts';
export { keysInFolder } from './folder.ts';
export { searchFor } from './search.ts';
export { remember } from './secrets.ts';
export { watchProcess } from './watch.ts';
