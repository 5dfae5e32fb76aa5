/** What is wrong with a statement. */
export class AnalysisError extends Error {
  override readonly name = 'AnalysisError';

  /** `message` is Google's where it ends with a position such as "[at 3:17]": then the text that stands there is added. */
  constructor(message: string, script: string) {
    super(`${message}\n  ${excerpt(script, message)}`);
  }
}

const reach = 80;

function excerpt(script: string, message: string): string {
  const position = /\[at (\d+):(\d+)\]$/.exec(message);
  if (position === null) return `in: ${script.trim().slice(0, 4 * reach)}`;
  const line = script.split('\n')[Number(position[1]) - 1] ?? '';
  const at = Number(position[2]) - 1;
  return `${line.slice(Math.max(0, at - reach), at)}⟪here⟫${line.slice(at, at + reach)}`;
}
