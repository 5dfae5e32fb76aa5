import { useAnalyser } from '../../support/zetasql/index.ts';
import { describeWarehouse } from '../conformance.ts';
import { bigquerySubject } from './subject.ts';

/** Each statement of the laws is read by Google's own analyser, too, where it runs. */
const analyser = useAnalyser('the SQL of the laws');

describeWarehouse({ name: 'BigQuery', subject: () => bigquerySubject(analyser) });
