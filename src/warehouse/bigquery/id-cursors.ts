import type { Clock } from '../../service.ts';
import { compareIds } from '../../source.ts';
import type { StoredId } from '../../warehouse.ts';

/** Rows of an answer that is read a stretch at a time, by whoever goes on where the last stretch ended. */
interface Cursor {
  readonly rows: AsyncIterator<readonly StoredId[]>;
  /** Read, and beyond the last stretch. */
  ahead: readonly StoredId[];
  /** Where the next stretch begins. */
  after: string | undefined;
  readAt: number;
}

export interface Stretch {
  /** Exclusive. */
  readonly after: string | undefined;
  /** Inclusive; absent: to the end. */
  readonly upTo: string | undefined;
}

/**
 * Open answers by their question. A table that is compared with HubSpot's pages is asked for stretch after stretch: each
 * question of its own would be a job that bills the whole table. What is kept of an answer is as it was when it was asked for;
 * whoever comes late asks anew.
 */
export class IdCursors {
  readonly #clock: Clock;
  readonly #open = new Map<string, Cursor>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The rows of a stretch. `ask` asks for all that come after an id. */
  async *read(
    question: string,
    { after, upTo }: Stretch,
    ask: (after: string | undefined) => AsyncIterable<readonly StoredId[]>,
  ): AsyncGenerator<readonly StoredId[]> {
    const cursor = this.#taken(question, after) ?? {
      rows: ask(after)[Symbol.asyncIterator](),
      ahead: [],
      after,
      readAt: 0,
    };
    for (;;) {
      if (cursor.ahead.length === 0) {
        const next = await cursor.rows.next();
        if (next.done === true) return;
        cursor.ahead = next.value;
      }
      const within =
        upTo === undefined ? cursor.ahead : cursor.ahead.filter(({ id }) => compareIds(id, upTo) <= 0);
      cursor.ahead = cursor.ahead.slice(within.length);
      if (within.length > 0) yield within;
      if (cursor.ahead.length > 0) break;
    }
    this.#open.set(question, { ...cursor, after: upTo, readAt: this.#clock.now() });
  }

  #taken(question: string, after: string | undefined): Cursor | undefined {
    const cursor = this.#open.get(question);
    this.#open.delete(question);
    const isNext = cursor !== undefined && after !== undefined && cursor.after === after;
    return isNext && this.#clock.now() - cursor.readAt < longest ? cursor : undefined;
  }
}

/** Milliseconds between two stretches: some pages of HubSpot's, but not the next run. */
const longest = 5 * 60_000;
