export interface FormerNameRules {
  /** Names of the table's columns. */
  readonly taken: ReadonlySet<string>;
  /** Bytes of an identifier at most. */
  readonly identifierBytes: number;
}

/** Under which name the values of a column stay when its type changes: `amount__was_text`. */
export function formerName(
  column: string,
  type: string,
  { taken, identifierBytes }: FormerNameRules,
): string {
  const word = type.replaceAll('[]', '_array').replaceAll(/\W+/g, '_').replace(/_+$/, '');
  for (let count = 1; ; count++) {
    const suffix = `__was_${word}${count === 1 ? '' : `_${count}`}`;
    const name = cut(column, identifierBytes - Buffer.byteLength(suffix)) + suffix;
    if (!taken.has(name)) return name;
  }
}

/** Whether a stored column is this one, or what it was: `amount__was_text`, its beginning cut where the name is long. */
export function isOrWas(column: string, stored: string, identifierBytes: number): boolean {
  if (stored === column || stored.startsWith(`${column}__was_`)) return true;
  const beginning = stored.slice(0, Math.max(0, stored.lastIndexOf('__was_')));
  const isCut = Buffer.byteLength(stored) > identifierBytes - longestCharacter;
  return beginning !== '' && isCut && column.startsWith(beginning);
}

/** Bytes that a name may be short of the limit for not tearing a character. */
const longestCharacter = 4;

/** The text's beginning of at most so many bytes, without a torn character. */
function cut(text: string, bytes: number): string {
  let kept = '';
  let size = 0;
  for (const character of text) {
    size += Buffer.byteLength(character);
    if (size > bytes) break;
    kept += character;
  }
  return kept;
}
