import { describe, expect, it, test } from 'vitest';
import fc from 'fast-check';
import { slackText } from '../../src/notify/index.ts';

const textOf = (...lines: readonly string[]): string =>
  slackText({ heading: 'Keyway', place: 'here', lines, rest: 'keyway notify lists them' });

describe('what others have written is a text in a message, and nothing more', () => {
  test.each([
    ['<!channel> look', '&lt;!channel&gt; look'],
    ['<!here|all> & <@U123>', '&lt;!here|all&gt; &amp; &lt;@\u200bU123&gt;'],
    ['<https://evil.example|your bank>', '&lt;https:\u200b//evil.example|your bank&gt;'],
    ['@channel @all @here @everyone', '@\u200bchannel @\u200ball @\u200bhere @\u200beveryone'],
    ['go to http://evil.example', 'go to http:\u200b//evil.example'],
    ['&lt;!channel&gt;', '&amp;lt;!channel&amp;gt;'],
    ['one\n• two: failed\r\n*three*', 'one • two: failed *three*'],
    ['turned \u202E around\u2066 and \u200B hid\u0000den', 'turned around and hid den'],
    ['half a pair \uD800', 'half a pair \uFFFD'],
  ])('%j', (given, shown) => {
    expect(textOf(given)).toBe(`*Keyway*\nhere\n• ${shown}`);
  });

  it('whatever it is', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 500 }), { maxLength: 12 }), (lines) => {
        const text = slackText({
          heading: lines[0] ?? '',
          place: lines[1] ?? '',
          lines,
          rest: 'keyway notify lists them',
        });
        expect(text).not.toMatch(/[<>]|&(?!(amp|lt|gt);)|@\w|:\/\//);
        expect(text).toBe(text.toWellFormed());
        expect(Buffer.byteLength(text)).toBeLessThan(4000);
      }),
      { numRuns: 50 },
    );
  });
});

describe('a message', () => {
  it('has room for what Slack shows as one, and counts the rest', () => {
    const lines = Array.from({ length: 200 }, (_, number) => `table_${number} ${'&'.repeat(500)}`);
    const text = textOf(...lines);
    expect(Buffer.byteLength(text)).toBeLessThan(4000);
    const shown = text.split('\n').filter((line) => line.startsWith('•'));
    expect(shown.length).toBeGreaterThan(0);
    expect(text).toMatch(new RegExp(`… and ${200 - shown.length} more: keyway notify lists them$`));
    expect(shown[0]).toMatch(/…$/);
  });
});
