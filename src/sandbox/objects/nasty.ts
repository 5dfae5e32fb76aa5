import { chance, iso, pick, roll } from './draw.ts';
import type { Draw, Fill } from './draw.ts';
import { nastyTexts } from './words.ts';

/** Now and then replaces the value by one that is legal in HubSpot and hostile to a loader. */
export function nasty(type: string, fill: Fill): Fill {
  const hostile = hostileFills[type];
  if (hostile === undefined) return fill;
  return (draw, salt) =>
    chance(draw, salt ^ 0x0bad) < draw.facts.nastyRate ? hostile(draw, salt ^ 0x0bad1) : fill(draw, salt);
}

const hostileFills: Readonly<Record<string, Fill>> = {
  string: (draw, salt) =>
    roll(draw, salt, 200) === 0 ? longText(draw, salt) : pick(draw, salt ^ 1, nastyTexts),
  number: (draw, salt) =>
    pick(draw, salt, [
      '1e400',
      'NaN',
      'abc',
      '',
      '1.5E7',
      '-2.5e-3',
      '12345678901234567890123456789012345678',
      '0.1234567890123456789012345678901234567',
      '9007199254740993',
      '-0',
      '+5',
      ' 7 ',
      '1,234.5',
      'Infinity',
    ]),
  datetime: (draw, salt) =>
    pick(draw, salt, [
      String(draw.created),
      iso(draw.created).replace(/\.\d+Z$/, 'Z'),
      '0001-01-01T00:00:00Z',
      '9999-12-31T23:59:59.999Z',
      '-62135596800000',
      'yesterday',
      '',
      '2024-02-30T00:00:00Z',
      '2026-03-29T02:30:00.000Z',
    ]),
  date: (draw, salt) =>
    pick(draw, salt, [
      String(Math.floor(draw.created / 86_400_000) * 86_400_000),
      '2024-02-30',
      '0001-01-01',
      '9999-12-31',
      '2024-02-29',
      '1600-01-01',
      '',
      '2026-01-01T00:00:00Z',
      '31.12.2025',
    ]),
  bool: (draw, salt) => pick(draw, salt, ['', 'TRUE', 'yes', '1', 'False']),
  enumeration: (draw, salt) => pick(draw, salt, ['', 'removed_option', ';', 'Ünlisted option', ';red;']),
  json: (draw, salt) =>
    pick(draw, salt, ['', '{not json', '[1e400]', '{"a":"\\u0000"}', 'null', '"\\ud800"']),
  object_coordinates: (draw, salt) => pick(draw, salt, ['', '{"a":', 'null']),
};

/** The longest text HubSpot stores. */
function longText(draw: Draw, salt: number): string {
  return pick(draw, salt ^ 2, ['long ', 'é', '📏 ', 'x'])
    .repeat(65_536)
    .slice(0, 65_536);
}
