import { ApiError } from './api-error.ts';
import type { StoredTable } from './catalog.ts';
import type { Double } from './double.ts';
import { lastSizeOf, sizeOf } from './sizes.ts';
import type { Plan } from './sql/plan.ts';
import type { Statement } from './sql/statements.ts';
import { isKey, type Node } from './sql/tree.ts';

export interface Cost {
  readonly processed: number;
  readonly billed: number;
}

const megabyte = 2 ** 20;

/**
 * What a statement reads: the columns that it names, and the whole of a table that it updates. Billed are whole megabytes,
 * ten at least for each table.
 * https://docs.cloud.google.com/bigquery/docs/estimate-costs and https://docs.cloud.google.com/bigquery/docs/data-manipulation-language
 */
export async function estimate(
  double: Double,
  { nodes }: Statement,
  { plan, tables, exactly }: { plan: Plan; tables: readonly StoredTable[]; exactly: boolean },
): Promise<Cost> {
  const names = new Set<string>();
  const all = collect(nodes, names);
  let processed = 0;
  let billed = 0;
  for (const table of tables) {
    const isTarget = plan.target?.key === table.key;
    if (isTarget && plan.mutates !== true && plan.actions !== true) continue;
    const size = exactly ? await sizeOf(double, table) : await lastSizeOf(double, table);
    const columns = [...size.columns].filter(([name]) => all || names.has(name));
    const bytes = isTarget ? size.bytes : columns.reduce((sum, [, bytes]) => sum + bytes, 0);
    processed += bytes;
    billed += Math.max(10 * megabyte, Math.ceil(bytes / megabyte) * megabyte);
  }
  return { processed, billed };
}

/** Gathers names; tells whether there is a `*` for all columns. */
function collect(nodes: readonly Node[], names: Set<string>): boolean {
  let all = false;
  for (const [i, node] of nodes.entries()) {
    if (node.kind === 'group') all = (collect(node.nodes, names) && !isKey(nodes[i - 1], 'COUNT')) || all;
    else if (node.kind === 'word' || node.kind === 'quoted') names.add(node.text.toLowerCase());
    else if (node.key === '*') all = true;
  }
  return all;
}

/** https://docs.cloud.google.com/bigquery/docs/best-practices-costs#restrict-bytes-billed */
export function checkLimit({ billed }: Cost, maximum: string | undefined): void {
  if (maximum !== undefined && billed > Number(maximum))
    throw new ApiError(
      'bytesBilledLimitExceeded',
      `Query exceeded limit for bytes billed: ${maximum}. ${String(billed)} or higher required.`,
    );
}
