export { bigqueryLimits } from './limits.ts';
export { openBigquery } from './open-bigquery.ts';
export { placeOf } from './url.ts';
