/** A number of which JavaScript would lose digits or the point: as it was written. */
export class WrittenNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const token =
  /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\]|\\.)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)|(true|false|null))[ \t\n\r]*/y;

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** A symbol, or a value in a list of one. */
type Read = string | readonly [unknown];

/**
 * JSON as BigQuery reads it: of members of one name the first one stays, and numbers other than short integers are kept as
 * written.
 * @throws SyntaxError
 */
export function parseJson(text: string): unknown {
  let ended = false;
  token.lastIndex = 0;
  function read(): Read {
    const match = token.exec(text);
    if (match === null) throw new SyntaxError('syntax error while parsing value');
    ended = token.lastIndex === text.length;
    const [, symbol, string, number, word = ''] = match;
    if (symbol !== undefined) return symbol;
    if (string !== undefined) return [JSON.parse(string) as unknown];
    return [number === undefined ? words[word] : numberOf(number)];
  }
  function value(first: Read): unknown {
    if (typeof first !== 'string') return first[0];
    if (first === '[') return list();
    if (first === '{') return members();
    throw new SyntaxError(`unexpected ${first}`);
  }
  function list(): unknown[] {
    const items: unknown[] = [];
    let next = read();
    while (next !== ']') {
      items.push(value(items.length === 0 ? next : read()));
      next = read();
      if (next !== ',' && next !== ']') throw new SyntaxError('expected , or ]');
    }
    return items;
  }
  function members(): Map<string, unknown> {
    const all = new Map<string, unknown>();
    for (let next = read(), first = true; next !== '}'; first = false) {
      const name = first ? next : read();
      if (typeof name === 'string' || typeof name[0] !== 'string' || read() !== ':')
        throw new SyntaxError('expected a name');
      const member = value(read());
      if (!all.has(name[0])) all.set(name[0], member);
      next = read();
      if (next !== ',' && next !== '}') throw new SyntaxError('expected , or }');
    }
    return all;
  }
  const whole = value(read());
  if (!ended) throw new SyntaxError('unexpected end');
  return whole;
}

function numberOf(source: string): unknown {
  return /^-?(0|[1-9]\d{0,14})$/.test(source) && source !== '-0' ? Number(source) : new WrittenNumber(source);
}
