export { openBigquery } from './open-bigquery.ts';
export { placeOf } from './url.ts';
