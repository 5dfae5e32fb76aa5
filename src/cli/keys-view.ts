import type { KeyStatus, KeyStatusReport, KeyVerification } from '../app/index.ts';
import { serviceKeyPlaces } from '../service-key.ts';
import { columns, wrap } from './columns.ts';
import { count, duration, instant, several } from '../figures.ts';
import type { Terminal } from './terminal.ts';

/** Which keys are and were used, for people: fingerprints, never a key. */
export function keyStatusText(report: KeyStatusReport, terminal: Terminal, now: number): string {
  const { paint } = terminal;
  const account = report.portalId === undefined ? 'no account yet' : `HubSpot account ${report.portalId}`;
  const title = `  ${paint('bold', account)}, keys as remembered in ${report.warehouse}`;
  if (report.keys.length === 0) return `${title}\n\n  There is no key yet: keyway init`;
  const rows = report.keys.map((key) => [
    key.slot ?? '–',
    key.fingerprint ?? '–',
    paint(looks[key.state], key.state),
    instant(key.firstUsedAt),
    instant(key.lastUsedAt),
    key.calls === undefined ? '–' : count(key.calls),
    key.scopes === undefined ? '–' : count(key.scopes.length),
  ]);
  const head = ['slot', 'fingerprint', 'state', 'first used', 'last used', 'calls', 'scopes'];
  const align = head.map((name) => (name === 'calls' || name === 'scopes' ? 'right' : 'left'));
  const table = columns(rows, { head: head.map((name) => paint('dim', name)), align });
  return [title, table, ...advice(report.keys, now).map((line) => `  ${wrap(line, 100, 2)}`)].join('\n\n');
}

const looks = { 'in use': 'green', new: 'cyan', replaced: 'yellow' } as const;

/** HubSpot advises a new key every six months (HubSpot docs, Service Keys). */
const oldAge = 182 * 86_400_000;

function advice(keys: readonly KeyStatus[], now: number): readonly string[] {
  const [current] = keys.filter(({ state }) => state === 'in use');
  const replaced = keys.filter(({ state }) => state === 'replaced');
  const waiting = keys.filter(({ state }) => state === 'new');
  const lines = replaced.map((key) =>
    key.slot !== undefined && current?.slot === undefined ? comesBack(key) : mayGo(key),
  );
  if (replaced.length > 0) lines.push(whereHubspotSays);
  for (const { slot } of waiting)
    lines.push(`Nothing has synced with the key in ${slot} yet; keyway keys verify tells whether it is fit.`);
  if (current?.fixed === true) lines.push(fromVariable);
  const age = now - (current?.firstUsedAt ?? now);
  if (age > oldAge)
    lines.push(`The key in use is ${duration(age)} old. HubSpot advises a new one every six months.`);
  return lines;
}

function mayGo({ fingerprint = '', slot, lastUsedAt }: KeyStatus): string {
  const which = slot === undefined ? 'A key' : `The key in ${slot}`;
  const since = lastUsedAt === undefined ? '' : `, since ${instant(lastUsedAt)}`;
  const free = slot === undefined ? '' : ` Then empty ${slot}, so that it is free for the next one.`;
  return `${which} (${fingerprint}) is not used any more${since}: delete it in HubSpot, unless it is deleted already.${free}`;
}

function comesBack({ fingerprint = '', slot = '' }: KeyStatus): string {
  return `The key in ${slot} (${fingerprint}) was replaced by one that stands in no slot now. Keep it: if it stands alone, the next run goes back to it.`;
}

const fromVariable =
  'The key in use is given by a variable, which is read once: were it to expire in the middle of a run, that run would end. From a file (HUBSPOT_SERVICE_KEY_FILE) a new one is picked up.';

const whereHubspotSays = `Before you delete a key, look at when HubSpot last saw it: ${serviceKeyPlaces}, under its name. A later time than the one above means that something else uses it, too.`;

/** Whether new keys are fit to take over, and what they lack. */
export function verificationText(keys: readonly KeyVerification[], { paint }: Terminal): string {
  return keys
    .map((key) => {
      const name = key.fingerprint === undefined ? key.slot : `${key.slot} (${key.fingerprint})`;
      const head = key.fit
        ? `  ${paint('green', '✓')} ${name} is fit to take over`
        : `  ${paint('red', '✗')} ${name} is not fit to take over`;
      return [head, ...findings(key).map((line) => `    ${wrap(line, 100, 4)}`)].join('\n');
    })
    .join('\n\n');
}

function findings(key: KeyVerification): readonly string[] {
  const { account, error, missing, writing, pipelines, fit } = key;
  const lines = account === undefined ? [] : [`It belongs to HubSpot account ${account.portalId}.`];
  if (error !== undefined) lines.push(error.message);
  if (fit && pipelines > 0)
    lines.push(`It may read what ${several(pipelines, 'pipeline')} ${pipelines === 1 ? 'needs' : 'need'}.`);
  for (const { pipeline, anyOf } of missing)
    lines.push(`${pipeline}: the scope ${anyOf.join(' or ')} is missing`);
  if (missing.length > 0) lines.push(tickThem);
  if (writing.length > 0)
    lines.push(`It may also change data in HubSpot, which Keyway never does: ${writing.join(', ')}.`);
  return lines;
}

const tickThem = `Add what is missing to the key in HubSpot under ${serviceKeyPlaces}. Until then the key in use goes on.`;
