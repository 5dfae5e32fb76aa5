/** A piece of SQL in a source file: the constant parts of a literal, between which other things are filled in. */
export interface SqlPiece {
  readonly line: number;
  readonly parts: readonly string[];
}

const keywords =
  /\b(?:SELECT|FROM|WHERE|JOIN|INSERT|UPDATE|DELETE FROM|MERGE INTO|ALTER TABLE|TRUNCATE TABLE|CREATE (?:SCHEMA|TABLE|TEMP)|COLUMN|VALUES|TRANSACTION|QUALIFY|ORDER BY|UNNEST|INTERVAL|DISTINCT|IS NULL|IS NOT NULL|EXISTS|CAST|COALESCE|COUNT|COUNTIF|ERROR|IF|CASE|[A-Z]+_[A-Z_]+\()/;

/** The literals of a TypeScript source that have a word of SQL in them, written as SQL's words are: in capitals. */
export function sqlIn(source: string): readonly SqlPiece[] {
  return literalsIn(source).filter(({ parts }) => parts.some((part) => keywords.test(part)));
}

/** Matches each text into which the piece may have been made. */
export function patternOf({ parts }: SqlPiece): RegExp {
  return new RegExp(parts.map((part) => RegExp.escape(part)).join('[^]*?'));
}

/** String and template literals, those within templates, too. */
function literalsIn(source: string): readonly SqlPiece[] {
  const found: SqlPiece[] = [];
  const lineAt = (at: number): number => source.slice(0, at).split('\n').length;
  let at = 0;

  /** Reads code up to the end, or to the brace that ends a hole of a template. */
  const code = (inHole: boolean): void => {
    let depth = 0;
    for (let last = ''; at < source.length;) {
      const rest = source.slice(at, at + 2);
      const sign = source[at] ?? '';
      if (rest === '//') at = after('\n');
      else if (rest === '/*') at = after('*/') + 1;
      else if (sign === '/' && /[(,=:[!&|?{};]/.test(last)) regularExpression();
      else if (sign === "'" || sign === '"') text(sign);
      else if (sign === '`') template();
      else if (inHole && sign === '}' && depth === 0) return;
      else {
        depth += sign === '{' ? 1 : sign === '}' ? -1 : 0;
        at++;
      }
      if (sign.trim() !== '') last = sign;
    }
  };
  const after = (wanted: string): number => {
    const end = source.indexOf(wanted, at + 1);
    return end === -1 ? source.length : end + 1;
  };
  const regularExpression = (): void => {
    for (let inClass = false; ;) {
      const sign = source[++at];
      if (sign === '\\') at++;
      else if (sign === '[') inClass = true;
      else if (sign === ']') inClass = false;
      else if ((sign === '/' && !inClass) || sign === undefined) break;
    }
    at++;
  };
  const text = (quote: string): void => {
    const line = lineAt(at);
    const start = ++at;
    while (source[at] !== quote && at < source.length) at += source[at] === '\\' ? 2 : 1;
    found.push({ line, parts: [cooked(source.slice(start, at))] });
    at++;
  };
  const template = (): void => {
    const line = lineAt(at);
    const parts: string[] = [];
    let start = ++at;
    while (source[at] !== '`' && at < source.length) {
      if (source.startsWith('${', at)) {
        parts.push(cooked(source.slice(start, at)));
        at += 2;
        code(true);
        start = ++at;
      } else at += source[at] === '\\' ? 2 : 1;
    }
    found.push({ line, parts: [...parts, cooked(source.slice(start, at))] });
    at++;
  };

  code(false);
  return found;
}

function cooked(text: string): string {
  return text.replaceAll(/\\(.)/gs, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}
