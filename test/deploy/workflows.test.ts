import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { read, root } from './deployed.ts';

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly 'timeout-minutes': number;
  readonly if?: string;
  readonly needs?: string;
  readonly steps: readonly {
    readonly uses?: string;
    readonly run?: string;
    readonly with?: Readonly<Record<string, unknown>>;
  }[];
}

const workflows = readdirSync(resolve(root, '.github/workflows')).map((file) => {
  const text = read(`.github/workflows/${file}`);
  return {
    file,
    text,
    ...(parse(text) as { readonly permissions: object; readonly jobs: Readonly<Record<string, Job>> }),
  };
});

describe.each(workflows)('the workflow $file', ({ text, permissions, jobs }) => {
  it('gives each job what it needs, and no more time', () => {
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      expect(job.permissions['contents']).toBe('read');
      expect(job['timeout-minutes']).toBeLessThanOrEqual(60);
    }
    const writing = Object.values(jobs).filter(({ permissions }) =>
      Object.values(permissions).includes('write'),
    );
    for (const job of writing)
      expect([job.if, job.needs]).toEqual(["startsWith(github.ref, 'refs/tags/v')", 'smoke']);
  });

  it('uses each action as it was when somebody looked at it', () => {
    const used = [...text.matchAll(/uses: (.*)$/gm)].map(([, action]) => action);
    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('leaves no token behind, and puts nothing that others name into a shell', () => {
    for (const { steps } of Object.values(jobs))
      for (const { uses = '', run = '', with: inputs } of steps) {
        if (uses.startsWith('actions/checkout@'))
          expect(inputs).toMatchObject({ 'persist-credentials': false });
        expect(run).not.toContain('${{');
      }
  });

  it('runs scripts that there are', () => {
    for (const [, file = ''] of text.matchAll(/(?:bash|shellcheck) (\.ci\/[\w-]+)/g))
      expect(existsSync(resolve(root, file))).toBe(true);
  });
});

it('what is published has a provenance and a list of what is in it', () => {
  const { jobs } = workflows.find(({ file }) => file === 'image.yaml')!;
  const { publish } = jobs;
  expect(publish?.permissions).toEqual({
    contents: 'read',
    packages: 'write',
    'id-token': 'write',
    attestations: 'write',
  });
  const push = publish?.steps.find(({ uses }) => uses?.startsWith('docker/build-push-action@'));
  expect(push?.with).toMatchObject({ push: true, provenance: 'mode=max', sbom: true });
  expect(publish?.steps.at(-1)?.uses).toMatch(/^actions\/attest-build-provenance@/);
});
