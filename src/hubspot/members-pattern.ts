/** A member of a JSON object whose value is a text or `null`. */
export interface Member {
  /** With quotes and colon, as in the text. */
  readonly key: string;
  /** Its place among the values; -1 for one that is not wanted. */
  readonly place: number;
}

/** An object with these members in this order, found in one go by the engine's own compiled matcher. */
export interface MembersPattern {
  isOf(members: readonly Member[]): boolean;
  /** The values, and how much of the text the object takes; nothing when what stands there is any different. */
  match(
    text: string,
    at: number,
  ): { readonly values: (string | null)[]; readonly length: number } | undefined;
}

/**
 * Records of one answer have the same members in the same order, so most of a record is known text. A text with an
 * escape in it is not matched.
 */
export function membersPattern(members: readonly Member[], width: number): MembersPattern {
  const keys = members.map(({ key }) => key).join();
  const parts = members.map(({ key, place }) => RegExp.escape(key) + (place < 0 ? unwanted : wanted));
  const pattern = new RegExp(`\\{${parts.join(',')}\\}`, 'y');
  const places = members.map(({ place }) => place).filter((place) => place >= 0);
  return {
    isOf: (others) => others.map(({ key }) => key).join() === keys,
    match(text, at) {
      pattern.lastIndex = at;
      const found = pattern.exec(text);
      if (found === null) return undefined;
      const values = new Array<string | null>(width).fill(null);
      for (let i = 0; i < places.length; i++) values[places[i]!] = found[i + 1] ?? null;
      return { values, length: pattern.lastIndex - at };
    },
  };
}

const wanted = String.raw`(?:null|"([^"\\]*)")`;
const unwanted = String.raw`(?:null|"[^"\\]*")`;
