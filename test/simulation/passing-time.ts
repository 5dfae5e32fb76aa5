import type { Sandbox } from '../../src/sandbox/index.ts';
import type { Source } from '../../src/source.ts';

/** Pages take time: the virtual clock moves on while a scan goes over them. */
export function passingTime(sandbox: Sandbox, perPage: number): (source: Source) => Source {
  return (source) => ({
    ...source,
    async *read(...question) {
      for await (const page of source.read(...question)) {
        sandbox.clock.advance(perPage);
        yield page;
      }
    },
    async *listMembers(...question) {
      for await (const page of source.listMembers(...question)) {
        sandbox.clock.advance(perPage / 10);
        yield page;
      }
    },
  });
}
