import { envOf, type Secret, type Settings } from '../../config/index.ts';
import type { KeySlot } from '../hubspot/index.ts';

/** The slots of the settings: a key that comes to stand in the second one goes before that of the first. */
export function keySlots({ hubspot }: Settings): readonly KeySlot[] {
  return [
    ...slot(envOf('hubspot.serviceKeyNext'), hubspot.nextKey),
    ...slot(envOf('hubspot.serviceKey'), hubspot.key),
  ];
}

function slot(name: string, secret: Secret | undefined): readonly KeySlot[] {
  if (secret === undefined) return [];
  const key = (): string => {
    secret.refresh();
    return secret.reveal();
  };
  return [{ name, key, changes: secret.file !== undefined }];
}
