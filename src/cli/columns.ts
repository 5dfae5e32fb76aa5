import Table from 'cli-table3';

export interface Layout {
  readonly head: readonly string[];
  /** For each column; `left` where it is not said. */
  readonly align?: readonly ('left' | 'right')[];
}

/** Aligned columns without boxes, each row indented by two. */
export function columns(rows: readonly (readonly string[])[], { head, align = [] }: Layout): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => align[index] ?? 'left'),
    chars: noBoxes,
    style: { head: [], border: [], 'padding-left': 2, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/** Words in lines of at most `width` characters, all but the first indented by `indent`. */
export function wrap(text: string, width: number, indent: number): string {
  const lines: string[] = [''];
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? '';
    if (line !== '' && line.length + 1 + word.length > width - indent) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join(`\n${' '.repeat(indent)}`);
}

const noBoxes = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
