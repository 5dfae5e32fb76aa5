import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes come first, so that in the end no core waits for one of them; last comes what is built meanwhile. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const longest = [/\/simulation\//, /\/app\//];
const last = /\/emulator\.test\.ts$/;

function rank({ moduleId }: TestSpecification): number {
  if (last.test(moduleId)) return longest.length + 1;
  const found = longest.findIndex((folder) => folder.test(moduleId));
  return found === -1 ? longest.length : found;
}
