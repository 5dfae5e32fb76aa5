import { bigqueryEngine } from '../support/bigquery-engine.ts';
import { describeLives } from './lives.ts';
import { goesInTurn } from './seeds.ts';

// `npm run scenario -- 1 100 --warehouse bigquery --workers 2` plays more of them.
describeLives('lives with BigQuery’s double', {
  warehouse: 'bigquery',
  from: 1,
  to: 6,
  engine: (life) => bigqueryEngine({ inTurn: goesInTurn(life) }),
});
