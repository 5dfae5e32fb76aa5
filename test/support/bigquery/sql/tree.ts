import { ApiError } from '../api-error.ts';
import type { Token } from './tokens.ts';

/** Tokens, with what brackets and CASE … END enclose as one node. */
export type Node = Token | Group;

export interface Group {
  readonly kind: 'group';
  readonly key: '(' | '[' | 'CASE';
  readonly nodes: readonly Node[];
  readonly line: number;
  readonly column: number;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', CASE: 'END' };

export function treeOf(tokens: readonly Token[]): Node[] {
  let position = 0;
  function read(end: string | undefined): Node[] {
    const nodes: Node[] = [];
    for (;;) {
      const token = tokens[position];
      if (token === undefined) {
        if (end !== undefined) throw new ApiError('invalidQuery', `Syntax error: Expected "${end}"`);
        return nodes;
      }
      position += 1;
      if (token.key === end) return nodes;
      if (token.key === ')' || token.key === ']') throw unexpected(token);
      const close = closing[token.key];
      if (close === undefined) nodes.push(token);
      else {
        const { line, column } = token;
        nodes.push({ kind: 'group', key: token.key as Group['key'], nodes: read(close), line, column });
      }
    }
  }
  return read(undefined);
}

export function unexpected(node: Node | undefined): ApiError {
  if (node === undefined) return new ApiError('invalidQuery', 'Syntax error: Unexpected end of statement');
  const what = node.kind === 'group' ? node.key : node.text;
  return new ApiError(
    'invalidQuery',
    `Syntax error: Unexpected "${what}" at [${String(node.line)}:${String(node.column)}]`,
  );
}

/** The parts between symbols or words of this key. None for no nodes. */
export function split(nodes: readonly Node[], key: string): (readonly Node[])[] {
  if (nodes.length === 0) return [];
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (node.key === key && node.kind !== 'group') parts.push([]);
    else parts.at(-1)?.push(node);
  }
  return parts;
}

/** Where a clause begins, from `start` on; -1 when there is none. `IS DISTINCT FROM` is no clause. */
export function clauseAt(nodes: readonly Node[], key: string, start = 0): number {
  for (let i = start; i < nodes.length; i += 1)
    if (nodes[i]?.key === key && !(key === 'FROM' && nodes[i - 1]?.key === 'DISTINCT')) return i;
  return -1;
}

export function isKey(node: Node | undefined, ...keys: readonly string[]): boolean {
  return node !== undefined && node.kind !== 'group' && keys.includes(node.key);
}
