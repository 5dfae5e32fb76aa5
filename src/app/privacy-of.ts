import { envOf, nearest, type Settings } from '../../config/index.ts';
import { KeywayError } from '../errors.ts';
import type { ObjectPipeline } from '../pipeline.ts';
import { everyObject, neededOf, treatments, type Privacy, type PropertyRules } from '../privacy.ts';
import { keyedHash } from '../transform/index.ts';

/**
 * The privacy rules of the settings. Throws `config_invalid` where they cannot be kept: values are to be hashed without a key,
 * or something is forbidden that Keyway cannot do without.
 */
export function privacyOf(settings: Settings, objects: readonly ObjectPipeline[]): Privacy {
  const { properties, sensitivity, hashKey } = settings;
  const problems = [
    ...objects.flatMap((object) => forbidden(settings, object)),
    ...(hashKey === undefined ? hashed(settings).map(withoutKey) : []),
  ];
  if (problems.length > 0) {
    throw new KeywayError('config_invalid', [...new Set(problems)].join('\n'), { details: { problems } });
  }
  return {
    properties,
    sensitivity,
    ...(hashKey === undefined ? {} : { hash: keyedHash(hashKey.reveal()) }),
    nearest,
  };
}

/** A pattern may mean such a property: there, the others that it means are left out, and this one is read. */
function forbidden({ properties }: Settings, object: ObjectPipeline): readonly string[] {
  const needed = neededOf(object);
  return [object.name, everyObject].flatMap((place) =>
    treatments
      .filter((treatment) => treatment !== 'include')
      .flatMap((treatment) =>
        (properties[place]?.[treatment] ?? [])
          .filter((name) => needed.includes(name))
          .map(
            (name) =>
              `properties.${place}.${treatment}: Keyway cannot do without ${name} of ${object.name}; take it out.`,
          ),
      ),
  );
}

/** The settings that have values hashed. */
function hashed({ properties, sensitivity }: Settings): readonly string[] {
  const isHashing = (rules: PropertyRules): boolean => (rules.hash ?? []).length > 0;
  return [
    ...Object.entries(properties).flatMap(([object, rules]) =>
      isHashing(rules) ? [`properties.${object}.hash`] : [],
    ),
    ...(sensitivity.sensitive === 'hash' ? ['sensitivity.sensitive'] : []),
    ...(sensitivity.highly_sensitive === 'hash' ? ['sensitivity.highlySensitive'] : []),
  ];
}

function withoutKey(setting: string): string {
  const variable = envOf('hashKey');
  return `${setting} needs a key to hash with: set ${variable}, or ${variable}_FILE to a file that holds it.`;
}
