import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { read } from './deployed.ts';

interface Package {
  readonly version: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly license?: string;
}

const { packages } = JSON.parse(read('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Package>>;
};
/** What `npm ci --omit=dev --omit=optional` installs, as in the image. */
const shipped = Object.entries(packages).filter(
  ([path, { dev, optional, devOptional }]) => path !== '' && !dev && !optional && !devOptional,
);

it('what the image holds of others is known to the byte, runs nothing when it is installed, and stays small', () => {
  for (const [path, { integrity, hasInstallScript }] of shipped) {
    expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
    expect([path, hasInstallScript]).toEqual([path, undefined]);
  }
  // A package that joins should be a decision, as should the dozen that it brings along.
  expect(shipped.length).toBeLessThanOrEqual(105);
  expect(Object.keys(packageJson.dependencies).length).toBeLessThanOrEqual(20);
});

it('each of them may be passed on', () => {
  const licences = new Set(shipped.map(([, { license }]) => license));
  expect(licences).toEqual(new Set(['Apache-2.0', 'BSD-3-Clause', 'ISC', 'MIT']));
});

it('versions are exact', () => {
  const { dependencies, devDependencies, optionalDependencies } = packageJson;
  for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies }))
    expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
});
