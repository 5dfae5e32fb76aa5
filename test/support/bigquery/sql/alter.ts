import { notUnderstood } from '../api-error.ts';
import { fieldOf, type Field } from '../schema.ts';
import type { Alteration, Plan } from './plan.ts';
import type { Scope } from './scope.ts';
import { targetOf } from './target.ts';
import { isKey, split, unexpected, type Node } from './tree.ts';
import { typeOf } from './types.ts';

export function alterationsOf(nodes: readonly Node[], scope: Scope): Plan {
  const { table, rest } = targetOf(nodes, scope, { aliased: false });
  const alterations = split(rest, ',').map(alterationOf);
  if (new Set(alterations.map(({ kind }) => kind)).size !== 1)
    throw notUnderstood('one ALTER TABLE with actions of several kinds');
  return { target: table, alterations };
}

function alterationOf(nodes: readonly Node[]): Alteration {
  const words = nodes.map((node) => (node.kind === 'word' ? node.key : '?')).join(' ');
  if (words.startsWith('ADD COLUMN IF NOT EXISTS ')) return { ...added(nodes.slice(5)), ifNotExists: true };
  if (words.startsWith('ADD COLUMN ')) return { ...added(nodes.slice(2)), ifNotExists: false };
  if (words.startsWith('RENAME COLUMN ') && nodes.length === 5 && isKey(nodes[3], 'TO'))
    return { kind: 'rename', from: nameOf(nodes[2]), to: nameOf(nodes[4]) };
  if (/^ALTER COLUMN \S+ DROP NOT NULL$/.test(words))
    return { kind: 'drop not null', column: nameOf(nodes[2]) };
  throw notUnderstood(`ALTER TABLE … ${words}`);
}

function added([name, ...rest]: readonly Node[]): { kind: 'add'; field: Field } {
  const at = rest.findIndex((node) => isKey(node, 'OPTIONS'));
  const type = typeOf(at === -1 ? rest : rest.slice(0, at));
  const element = type.kind === 'array' ? type.element : type;
  if (element.kind !== 'scalar') throw notUnderstood('nested columns');
  const description = at === -1 ? undefined : descriptionIn(rest.slice(at));
  const mode = type.kind === 'array' ? 'REPEATED' : 'NULLABLE';
  const field = {
    name: nameOf(name),
    type: element.name,
    mode,
    ...(description === undefined ? {} : { description }),
  };
  return { kind: 'add', field: fieldOf(field) };
}

/** `OPTIONS(description='…')`. */
function descriptionIn([, group, ...more]: readonly Node[]): string {
  const [name, equals, text, ...others] = group?.kind === 'group' ? group.nodes : [];
  const isOnly = isKey(name, 'DESCRIPTION') && isKey(equals, '=') && others.length === 0 && more.length === 0;
  if (!isOnly || text?.kind !== 'string') throw notUnderstood('OPTIONS other than a description');
  return text.text;
}

function nameOf(node: Node | undefined): string {
  if (node?.kind !== 'quoted' && node?.kind !== 'word') throw unexpected(node);
  return node.text;
}
