import type { NoticeKind } from '../notice.ts';

/** Something that is wrong now, and that people are to know of. */
export interface Problem {
  /** What it is about: the same for as long as it lasts. */
  readonly id: string;
  readonly kind: NoticeKind;
  /** A sentence: what is wrong, and what to do. Without secrets, and without anything of a record. */
  readonly text: string;
}

/**
 * What became of a problem that people were told of, once it is not found any more. `over`: they are told so · `unknown`: nobody
 * can say yet · `gone`: what it was about is not looked at any more, which needs no message.
 */
export type Ending = 'over' | 'unknown' | 'gone';
