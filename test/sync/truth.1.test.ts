import { describeTruth } from './truth.ts';

describeTruth({ from: 1, to: 100 });
