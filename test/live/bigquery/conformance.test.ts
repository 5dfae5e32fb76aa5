import { describeWarehouse } from '../../warehouse/conformance.ts';
import { liveSubject } from './subject.ts';

describeWarehouse({ name: 'BigQuery', subject: liveSubject });
