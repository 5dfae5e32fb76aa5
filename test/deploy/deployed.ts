import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';

export const root = resolve(import.meta.dirname, '../..');
export const read = (file: string): string => readFileSync(resolve(root, file), 'utf8');

/** Throws for a key that is there twice, or whatever else is no YAML. */
const yaml = (file: string): unknown => parse(read(file), { merge: true, strict: true, uniqueKeys: true });

/** A container that runs the image, as a file has it. */
export interface Deployed {
  readonly name: string;
  readonly args: readonly string[];
  /** That of the image included. */
  readonly env: Readonly<Record<string, string>>;
  /** Folders, or files, that are mounted with secrets. */
  readonly secrets: readonly string[];
  readonly isRestricted: boolean;
}

/** The instructions of the image's last stage, one per line, with what follows each. */
export function dockerfile(): readonly (readonly [instruction: string, rest: string])[] {
  const lines = read('Dockerfile')
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n');
  const all = lines
    .filter((line) => line !== '')
    .map((line) => [line.split(' ')[0]!, line.slice(line.indexOf(' ') + 1)] as const);
  return all.slice(all.findLastIndex(([instruction]) => instruction === 'FROM'));
}

export function instruction(name: string): string {
  return dockerfile().find(([instruction]) => instruction === name)?.[1] ?? '';
}

const imageEnv = (): Record<string, string> =>
  Object.fromEntries(
    instruction('ENV')
      .split(' ')
      .map((each) => each.split('=') as [string, string]),
  );

export function image(): Deployed {
  return {
    name: 'the image',
    args: parse(instruction('CMD')) as string[],
    env: imageEnv(),
    secrets: [],
    isRestricted: true,
  };
}

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly network_mode?: string;
  readonly stop_grace_period?: string;
  readonly ports?: readonly string[];
  readonly profiles?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const compose = (): Compose => yaml('docs/deploy/compose.yaml') as Compose;

export function composed(): readonly Deployed[] {
  return Object.entries(compose().services)
    .filter(([, service]) => service.image.startsWith('keyway'))
    .map(([name, service]) => ({
      name: `compose: ${name}`,
      args: service.command ?? [],
      env: { ...imageEnv(), ...service.environment },
      secrets: (service.secrets ?? []).map((secret) => `/run/secrets/${secret}`),
      isRestricted:
        service.user === '1000:1000' &&
        service.read_only === true &&
        service.cap_drop?.join() === 'ALL' &&
        service.security_opt?.includes('no-new-privileges:true') === true,
    }));
}

const kubernetes = 'docs/deploy/kubernetes';

interface Pod {
  readonly terminationGracePeriodSeconds: number;
  readonly automountServiceAccountToken: boolean;
  readonly securityContext: Readonly<Record<string, unknown>>;
  readonly containers: readonly Container[];
  readonly volumes: readonly {
    readonly name: string;
    readonly secret?: object;
    readonly configMap?: object;
  }[];
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly securityContext: unknown;
  readonly volumeMounts: readonly {
    readonly name: string;
    readonly mountPath: string;
    readonly readOnly: boolean;
  }[];
  readonly [probe: `${string}Probe`]: { readonly httpGet: { readonly path: string; readonly port: string } };
}

type Labels = Readonly<Record<string, string>>;

interface PodTemplate {
  readonly metadata: { readonly labels: Labels };
  readonly spec: Pod;
}

interface Deployment {
  readonly spec: { readonly selector: { readonly matchLabels: Labels }; readonly template: PodTemplate };
}

interface FailureRule {
  readonly action: string;
  readonly onExitCodes?: { readonly values: readonly number[] };
}

interface CronJob {
  readonly spec: {
    readonly jobTemplate: {
      readonly spec: {
        readonly podFailurePolicy: { readonly rules: readonly FailureRule[] };
        readonly template: PodTemplate;
      };
    };
  };
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly images?: readonly { readonly newTag: string }[];
}

/** What an object of another kind has to say. */
export function spec(file: string): Readonly<Record<string, unknown>> {
  return (yaml(`${kubernetes}/${file}`) as { readonly spec: Readonly<Record<string, unknown>> }).spec;
}

export const deployment = (): Deployment => yaml(`${kubernetes}/worker/deployment.yaml`) as Deployment;
export const cronJob = (): CronJob => yaml(`${kubernetes}/job/cron-job.yaml`) as CronJob;
export const kustomization = (folder: string): Kustomization =>
  yaml(`${kubernetes}/${folder}/kustomization.yaml`) as Kustomization;

export const pods = (): readonly Pod[] => [
  deployment().spec.template.spec,
  cronJob().spec.jobTemplate.spec.template.spec,
];

const restricted = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

export function podded(): readonly Deployed[] {
  return pods().map(({ securityContext, containers, volumes }) => {
    const [container] = containers;
    const { args, env, volumeMounts } = container!;
    const secret = volumes.filter((volume) => volume.secret !== undefined).map(({ name }) => name);
    return {
      name: `Kubernetes: ${args.join(' ')}`,
      args,
      env: { ...imageEnv(), ...Object.fromEntries(env.map(({ name, value }) => [name, value])) },
      secrets: volumeMounts
        .filter(({ name }) => secret.includes(name))
        .map(({ mountPath }) => `${mountPath}/`),
      isRestricted:
        securityContext['runAsNonRoot'] === true &&
        securityContext['runAsUser'] === 1000 &&
        JSON.stringify(container!.securityContext) === JSON.stringify(restricted),
    };
  });
}

/** Every file of YAML that is handed out, each parsed once. */
export function everyFile(): readonly string[] {
  const files = ['docs/deploy', '.github/workflows', 'test/deploy'].flatMap((folder) =>
    readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name}`,
    ),
  );
  const found = files.filter((name) => name.endsWith('.yaml'));
  found.forEach(yaml);
  return found;
}
