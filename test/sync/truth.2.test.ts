import { describeTruth } from './truth.ts';

describeTruth({ from: 101, to: 200 });
