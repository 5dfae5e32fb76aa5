import type { Instant } from './source.ts';

/** `failure`: something did not sync · `staleness`: a table is behind · `schema`: what tables hold has changed · `key`: of a Service Key. */
export const noticeKinds = ['failure', 'staleness', 'schema', 'key'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What people were told of, and will be told the end of. */
export interface Notice {
  /** What it is about, such as `failure/contacts`: the same for as long as it lasts. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** What they were told, without secrets and without anything of a record. */
  readonly text: string;
  /** Milliseconds since the epoch, on the clock of the machine that told it. */
  readonly toldAt: Instant;
}
