import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requireKey } from '../../config/index.ts';
import { makeFolder, problems, read, type Folder } from './settings-folder.ts';

let folder: Folder;
beforeEach(() => {
  folder = makeFolder();
});
afterEach(() => folder.remove());

describe('a pasted key', () => {
  const key = 'pat-eu1-01234567-89ab-cdef-0123-456789abcdef';

  const pasted = (key: string): readonly string[] => [
    ` ${key}\t`,
    `${key}\r\n\n`,
    `\ufeff${key}\n`,
    `\u200b${key.slice(0, 9)}\u00ad${key.slice(9)}\u2060`,
    `"${key}"`,
    `'${key}'\n`,
    `“${key}”`,
    `Bearer ${key}`,
    `bearer\t"${key}"`,
    `Authorization: Bearer ${key}\n`,
    ` "Authorization:  bearer  '${key}'"`,
  ];

  it.each(pasted(key))('is taken as it was meant from variable, file and .env: %j', (text) => {
    const file = folder.write('mounted/key', text);
    expect(read(folder, { env: { HUBSPOT_SERVICE_KEY: text } }).hubspot.key?.reveal()).toBe(key);
    expect(read(folder, { env: { HUBSPOT_SERVICE_KEY_NEXT_FILE: file } }).hubspot.nextKey?.reveal()).toBe(
      key,
    );
    const quote = text.includes("'") || text.includes('"') ? '`' : "'";
    folder.write('.env', `\ufeffHUBSPOT_SERVICE_KEY=${quote}${text}${quote}\n`);
    expect(read(folder).hubspot.key?.reveal()).toBe(key);
  });

  it('is the same as before when its file is written again with other blanks and quotes', () => {
    const file = folder.write('mounted/key', key);
    const secret = requireKey(read(folder, { env: { HUBSPOT_SERVICE_KEY_FILE: file } }));
    folder.write('mounted/key', `Bearer "${key}"\n`);
    expect([secret.refresh(), secret.reveal()]).toEqual([false, key]);
  });

  it.each([
    `${key}\n${key}`,
    `${key} ${key}`,
    `${key}\u0000`,
    `${key}\r\nx: y`,
    `${key},`,
    `K=${key}`,
    `ä${key}`,
  ])('is refused without being shown where a header cannot carry it: %j', (text) => {
    const file = folder.write('mounted/key', text);
    for (const env of [{ HUBSPOT_SERVICE_KEY: text }, { HUBSPOT_SERVICE_KEY_FILE: file }]) {
      const told = problems(folder, { env });
      expect(told).toEqual([expect.stringMatching(/^HUBSPOT_SERVICE_KEY.* must be the key alone: one word/)]);
      expect(told[0]).not.toMatch(/01234567/);
    }
  });

  it('is said to be missing where only what surrounds a key is given', () => {
    const told = problems(folder, { env: { HUBSPOT_SERVICE_KEY: 'Bearer ""' } });
    expect(told).toEqual(['HUBSPOT_SERVICE_KEY holds no key, only spaces, quotes or "Bearer"']);
  });
});
