import { ApiError, notUnderstood } from '../api-error.ts';

/** https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/lexical */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol';
  /** A word as written; what is between the quotes, without escapes; a parameter's name. */
  readonly text: string;
  /** The word in capitals, or the symbol; empty for all others. */
  readonly key: string;
  readonly line: number;
  readonly column: number;
}

const pattern =
  /(?<space>\s+|--[^\n]*|#[^\n]*|\/\*[^]*?\*\/)|`(?<quoted>(?:[^`\\]|\\[^])+)`|'(?<single>(?!'')(?:[^'\\\n]|\\[^])*|)'|"(?<double>(?:[^"\\\n]|\\[^])*)"|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|@(?<parameter>[A-Za-z_]\w*)|(?<word>[A-Za-z_]\w*)|(?<symbol>=>|<=|>=|<>|!=|\|\||[-+*/=<>(),.;[\]])/gy;

export function tokensOf(sql: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < sql.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(sql);
    const at = `[${String(line)}:${String(start - lineStart + 1)}]`;
    if (match === null) throw new ApiError('invalidQuery', `Syntax error: Illegal input character at ${at}`);
    const token = tokenOf(match.groups ?? {});
    if (token !== undefined) tokens.push({ ...token, line, column: start - lineStart + 1 });
    for (let i = sql.indexOf('\n', start); i !== -1 && i < pattern.lastIndex; i = sql.indexOf('\n', i + 1)) {
      line += 1;
      lineStart = i + 1;
    }
  }
  return tokens;
}

function tokenOf(groups: Partial<Record<string, string>>): Pick<Token, 'kind' | 'text' | 'key'> | undefined {
  const { quoted, single, double, number, parameter, word, symbol } = groups;
  if (word !== undefined) return { kind: 'word', text: word, key: word.toUpperCase() };
  if (symbol !== undefined) return { kind: 'symbol', text: symbol, key: symbol };
  if (quoted !== undefined) return { kind: 'quoted', text: unescape(quoted), key: '' };
  if (parameter !== undefined) return { kind: 'parameter', text: parameter.toLowerCase(), key: '' };
  if (number !== undefined) return { kind: 'number', text: number, key: '' };
  const text = single ?? double;
  return text === undefined ? undefined : { kind: 'string', text: unescape(text), key: '' };
}

const escapes: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function unescape(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(
    /\\(?:u[\dA-Fa-f]{4}|U[\dA-Fa-f]{8}|[xX][\dA-Fa-f]{2}|[0-3][0-7]{2}|[^])/g,
    (sequence) => {
      const kind = sequence.charAt(1);
      if (sequence.length === 4 && /\d/.test(kind)) return codePoint(sequence.slice(1), 8);
      if (sequence.length > 2) return codePoint(sequence.slice(2), 16);
      if (/[\\?"'`]/.test(kind)) return kind;
      const escaped = escapes[kind];
      if (escaped === undefined) throw notUnderstood(`the escape sequence ${sequence}`);
      return escaped;
    },
  );
}

function codePoint(digits: string, base: number): string {
  return String.fromCodePoint(Number.parseInt(digits, base));
}
