import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes come first, so that in the end no core waits for one of them. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => rank(a) - rank(b));
  }
}

const longest = [/\/simulation\//, /\/app\//];

function rank({ moduleId }: TestSpecification): number {
  const found = longest.findIndex((folder) => folder.test(moduleId));
  return found === -1 ? longest.length : found;
}
