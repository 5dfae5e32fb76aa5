import { listField, textField } from './input.ts';
import { invalid } from './refusal.ts';

/** The names of a batch read of properties: 100 at most. */
export function inputNames(body: unknown): string[] {
  const inputs = listField(body, 'inputs');
  if (inputs.length > 100) throw invalid('A batch may have at most 100 inputs', 'too many inputs');
  return inputs.map((input) => {
    const name = textField(input, 'name');
    if (name === undefined) throw invalid('Invalid input JSON: every input needs a name');
    return name;
  });
}
