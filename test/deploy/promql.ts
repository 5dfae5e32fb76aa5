import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks for: each metric with the labels that it is chosen or grouped by. Throws where it is none. */
export function askedFor(
  expression: string,
): readonly { readonly metric: string; readonly labels: readonly string[] }[] {
  const asked: { metric: string; labels: string[] }[] = [];
  const text = (node: { from: number; to: number }): string => expression.slice(node.from, node.to);
  parser.parse(expression).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`at ${node.from} this is no PromQL: ${expression}`);
      if (node.name === 'VectorSelector')
        asked.push({ metric: text(node.node.getChild('Identifier') ?? node.node), labels: [] });
      if (node.name === 'LabelName' && node.matchContext(['UnquotedLabelMatcher']))
        asked.at(-1)?.labels.push(text(node));
    },
  });
  if (asked.length === 0) throw new Error(`this asks for nothing: ${expression}`);
  return asked;
}

/** The labels by which it groups, or joins. */
export function groupedBy(expression: string): readonly string[] {
  const labels: string[] = [];
  parser.parse(expression).iterate({
    enter(node) {
      if (node.name === 'LabelName' && node.matchContext(['GroupingLabels']))
        labels.push(expression.slice(node.from, node.to));
    },
  });
  return labels;
}
