import { describeWarehouse } from '../conformance.ts';
import { bigquerySubject } from './subject.ts';

describeWarehouse({ name: 'BigQuery', subject: bigquerySubject });
