import type { DayOfCalls } from '../cost.ts';
import type { RecordReader } from './source-record.ts';

/** HubSpot counts these three kinds of requests apart (HubSpot docs, API usage guidelines and limits). */
export type Bucket = 'burst' | 'search' | 'associations';

/** One question to HubSpot, as data. */
export interface ApiRequest<T> {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly bucket: Bucket;
  /**
   * Turns the decoded answer into a value; throws `badAnswer` when it isn't what it should be, which is tried again.
   * The key is the one that it answers.
   */
  readonly read: (body: unknown, key: string) => T;
  /** For answers full of records: how to read them without parsing everything first. */
  readonly records?: RecordReader;
  /** Whole numbers beyond 2^53 arrive as text instead of being rounded. */
  readonly exactNumbers?: boolean;
  /** The JSON body, made at the last moment from the key in use: only for the one request whose body names the key. */
  readonly bodyFromKey?: (key: string) => object;
  /** What the answer itself tells of the account's day. */
  day?(value: T): DayOfCalls | undefined;
  /** A refusal of its key says nothing about other requests. */
  readonly aside?: true;
}
