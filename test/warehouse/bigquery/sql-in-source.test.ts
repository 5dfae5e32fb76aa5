import { expect, it } from 'vitest';
import { patternOf, sqlIn } from '../../support/sql-in-source.ts';

const parts = (source: string): readonly (readonly string[])[] => sqlIn(source).map((piece) => piece.parts);

it('finds the literals that have SQL in them, also within each other, and where they are', () => {
  const source = [
    "import { FROM } from './a.ts'; // `SELECT nothing`",
    "/* 'SELECT nothing' */ const quote = /[`'\"/]SELECT/g;",
    'const a = `SELECT ${list({ a: `CAST(${b} AS STRING)` })} FROM ${t} -- \\`x\\``;',
    "const b = 'DELETE FROM t WHERE it\\'s';",
    'const c = `${a ? "t.id IS NULL" : other}` + "no SQL";',
  ].join('\n');
  expect(sqlIn(source)).toEqual([
    { line: 3, parts: ['CAST(', ' AS STRING)'] },
    { line: 3, parts: ['SELECT ', ' FROM ', ' -- `x`'] },
    { line: 4, parts: ["DELETE FROM t WHERE it's"] },
    { line: 5, parts: ['t.id IS NULL'] },
  ]);
});

it('takes what Keyway says to people, and to the API, for no SQL', () => {
  expect(parts("throw new Error('Table t was made. Select another'); const method = 'DELETE';")).toEqual([]);
});

it('knows into what a piece may be made', () => {
  const [piece] = sqlIn('`SELECT ${a} FROM ${b} WHERE (${c})`');
  const pattern = piece === undefined ? /never/ : patternOf(piece);
  expect(pattern.test('BEGIN; SELECT a, (b) FROM `t` AS t WHERE (TRUE)')).toBe(true);
  expect(pattern.test('SELECT a FROM t')).toBe(false);
});
