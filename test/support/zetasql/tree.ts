import type { TypeProto } from './types.ts';

/** A piece of what the analyser gives: JSON of its resolved syntax tree, in which `node` names the member that is the node. */
export type Node = Readonly<Record<string, unknown>>;

/** The innermost node of a statement, and its name, such as MergeStmt. */
export function innermost(statement: Node): { readonly name: string; readonly node: Node } {
  let name = '';
  let node = statement;
  while (typeof node['node'] === 'string') {
    name = node['node'];
    node = node[name] as Node;
  }
  return { name: name.replace(/^resolved/, '').replace(/Node$/, ''), node };
}

/** All nodes of this name, such as resolvedJoinScanNode, at any depth, the outer ones first. */
export function nodesNamed(wanted: string, tree: unknown): readonly Node[] {
  const found: Node[] = [];
  const search = (value: object): void => {
    for (const [name, member] of Object.entries(value) as [string, unknown][]) {
      if (typeof member !== 'object' || member === null || plain.has(name)) continue;
      if (name === wanted) found.push(member as Node);
      search(member);
    }
  };
  if (typeof tree === 'object' && tree !== null) search(tree);
  return found;
}

/** Members in which there are no nodes, only very many columns and types. */
const plain = new Set([
  'columnList',
  'columnAccessList',
  'columnIndexList',
  'outputColumnList',
  'type',
  'signature',
]);

/** A call's arguments, and its function, such as $equal; of all calls at any depth. */
export function calls(
  tree: unknown,
): readonly { readonly name: string; readonly operands: readonly Node[] }[] {
  return nodesNamed('resolvedFunctionCallNode', tree).map((call) => {
    const base = call['parent'] as { function?: { name: string }; argumentList: readonly Node[] };
    return { name: (base.function?.name ?? '').replace('ZetaSQL:', ''), operands: base.argumentList };
  });
}

/** The columns to which a tree refers: a number for each column of each table in the statement. */
export function references(tree: unknown): readonly { readonly id: number; readonly correlated: boolean }[] {
  return nodesNamed('resolvedColumnRefNode', tree).map((reference) => ({
    id: columnId(reference['column']),
    correlated: reference['isCorrelated'] === true,
  }));
}

/** The columns that a scan makes, or that are made within it. */
export function columnsMade(scan: unknown): ReadonlySet<number> {
  const ids = new Set<number>();
  const collect = (tree: unknown): void => {
    if (typeof tree !== 'object' || tree === null) return;
    if (!Array.isArray(tree) && 'columnId' in tree && 'tableName' in tree) ids.add(columnId(tree));
    else for (const member of Object.values(tree)) collect(member);
  };
  collect(scan);
  return ids;
}

function columnId(column: unknown): number {
  return (column as { columnId: { low: number } }).columnId.low;
}

/** The table that a CREATE … TABLE AS SELECT makes. */
export function createdTable(
  statement: Node,
): { readonly name: string; readonly columns: readonly { name: string; type: TypeProto }[] } | undefined {
  const { name, node } = innermost(statement);
  if (name !== 'CreateTableAsSelectStmt') return undefined;
  const base = node['parent'] as {
    parent: { namePath: readonly string[] };
    columnDefinitionList: readonly { name: string; type: TypeProto }[];
  };
  const columns = base.columnDefinitionList.map(({ name, type }) => ({ name, type }));
  return { name: base.parent.namePath.join('.'), columns };
}
