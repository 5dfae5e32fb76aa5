import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { withReceiver } from '../notify/receiver.ts';
import { emptyFolder, keyway } from './run-keyway.ts';

describe('keyway notify --test', () => {
  it('sends a message, and says so', async () => {
    const receiver = await withReceiver();
    const env = { KEYWAY_NOTIFY__WEBHOOK: receiver.url, KEYWAY_NOTIFY__ABOUT: 'failure,key' };
    const { exitCode, stdout, stderr } = await keyway(['notify', '--test'], { env });
    expect([exitCode, stdout, stderr]).toEqual([
      0,
      'The webhook took the message: see whether it is where you look.\n',
      '',
    ]);
    expect(receiver.texts).toEqual([
      '*Keyway: a test*\nNothing is wrong\n• Messages of these kinds arrive here: failure, key',
    ]);
  });

  it('takes the webhook from a file', async () => {
    const receiver = await withReceiver();
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'secrets'), { mode: 0o700 });
    writeFileSync(join(cwd, 'secrets', 'webhook'), `${receiver.url}\n`, { mode: 0o600 });
    const env = { KEYWAY_NOTIFY__WEBHOOK_FILE: 'secrets/webhook' };
    const { exitCode, stdout } = await keyway(['notify', '--test', '--json'], { env, cwd });
    expect([exitCode, JSON.parse(stdout)]).toEqual([0, { ok: true, exitCode: 0 }]);
    expect(receiver.texts).toHaveLength(1);
  });

  it('says why a message did not arrive, without the address', async () => {
    const receiver = await withReceiver();
    receiver.answer = (response) => void response.writeHead(403).end(receiver.url);
    const { exitCode, stdout, stderr } = await keyway(['notify', '--test'], {
      env: { KEYWAY_NOTIFY__WEBHOOK: receiver.url },
    });
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(stderr).toBe(
      'error: The webhook did not take the message: it answered HTTP 403: it was switched off, or may not post there. Check KEYWAY_NOTIFY__WEBHOOK.\n',
    );
  });

  it('has no webhook to try where there is none', async () => {
    const { exitCode, stderr } = await keyway(['notify', '--test']);
    expect([exitCode, stderr]).toEqual([
      2,
      expect.stringContaining('There is no webhook to try: set KEYWAY_NOTIFY__WEBHOOK'),
    ]);
  });
});

describe('keyway notify', () => {
  it('lists what was told; there is nothing before anything has synced', async () => {
    const { exitCode, stdout } = await keyway(['notify']);
    expect([exitCode, stdout]).toEqual([
      0,
      expect.stringMatching(/There is no webhook, so nobody is told.*\n\n {2}Nothing is wrong/),
    ]);
    const document = await keyway(['notify', '--json'], { env: { KEYWAY_NOTIFY__STALE_AFTER: '2d' } });
    expect(JSON.parse(document.stdout)).toEqual({
      isOn: false,
      about: ['failure', 'staleness', 'schema', 'key'],
      staleAfter: 172_800_000,
      notices: [],
      exitCode: 0,
    });
  });
});

describe('a webhook in the settings', () => {
  test.each([
    'http://chat.example/services/T0/B0/a-secret-path-of-a-webhook-8',
    'ftp://chat.example/services/T0/B0/a-secret-path-of-a-webhook-8',
    'https://user:a-secret-path-of-a-webhook-8@chat.example/',
    'a-secret-path-of-a-webhook-8',
  ])('that would be sent where others can read it is refused, and not repeated: %s', async (url) => {
    const { exitCode, stdout, stderr } = await keyway(['config', 'validate'], {
      env: { KEYWAY_NOTIFY__WEBHOOK: url },
    });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toContain('KEYWAY_NOTIFY__WEBHOOK must be an https URL');
    expect(stderr).not.toContain('a-secret-path');
  });

  it('is masked where settings are shown, and is refused in a file that people commit', async () => {
    const url = 'https://hooks.example/services/T0/B0/a-secret-path-of-a-webhook-9';
    const shown = await keyway(['config', 'show', '--json'], { env: { KEYWAY_NOTIFY__WEBHOOK: url } });
    expect(shown.stdout).not.toContain('a-secret-path');
    expect(shown.stdout).toMatch(
      /"name": "notify.webhook",\s+"variable": "KEYWAY_NOTIFY__WEBHOOK",\s+"value": "\[secret\]"/,
    );
    const cwd = emptyFolder();
    mkdirSync(join(cwd, 'config'));
    writeFileSync(join(cwd, 'config/keyway.yaml'), `notify: { webhook: '${url}' }\n`);
    const { exitCode, stderr } = await keyway(['config', 'validate'], { cwd });
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('notify.webhook')]);
    expect(stderr).not.toContain('a-secret-path');
  });
});
