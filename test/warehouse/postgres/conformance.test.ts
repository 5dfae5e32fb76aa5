import { describeWarehouse } from '../conformance.ts';
import { postgresSubject } from './subject.ts';

describeWarehouse({ name: 'Postgres', subject: postgresSubject });
