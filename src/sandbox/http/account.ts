import { objects } from '../objects/index.ts';
import type { Answer, Exchange } from './exchange.ts';
import { ok } from './exchange.ts';
import { textField } from './input.ts';
import { stamp } from './record-json.ts';
import { notFound } from './refusal.ts';
import { missingScope } from './scopes.ts';

export function accountDetails({ state }: Exchange): Answer {
  const { portalId, timeZone } = state.options;
  const minutes = offsetMinutes(timeZone, state.now());
  return ok({
    portalId,
    accountType: 'STANDARD',
    timeZone,
    companyCurrency: 'EUR',
    additionalCurrencies: ['USD', 'GBP', 'CHF'],
    utcOffset: offsetText(minutes),
    utcOffsetMilliseconds: minutes * 60_000,
    uiDomain: 'app.hubspot.com',
    dataHostingLocation: 'na1',
  });
}

function offsetMinutes(timeZone: string, now: number): number {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' }).formatToParts(now);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
}

function offsetText(minutes: number): string {
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
}

export function dailyUsage({ state, usage }: Exchange): Answer {
  const { used, limit, resetsAt } = usage.daily();
  const result = {
    name: 'private-apps-api-calls-daily',
    usageLimit: limit,
    currentUsage: used,
    collectedAt: stamp(state, state.now()),
    fetchStatus: 'SUCCESS',
    resetsAt: stamp(state, resetsAt),
  };
  return ok({ results: [result] });
}

/** `POST /oauth/v2/private-apps/get/access-token-info`: what the key in the body may do. */
export function tokenInfo({ state, body }: Exchange): Answer {
  const key = state.keys.find(textField(body, 'tokenKey') ?? '');
  if (key === undefined || key.tokenInfo === 'not found') throw notFound();
  if (key.tokenInfo === 'forbidden') throw missingScope(state, ['oauth']);
  return ok({ userId: 9_000_011, hubId: state.options.portalId, appId: 4_242_424, scopes: key.scopes });
}

/** `GET /crm/limits/{version}/records`: counts without search. */
export function recordLimits({ state }: Exchange): Answer {
  const usages = objects.map(({ name, typeId, schema }) => ({
    typeId,
    custom: schema !== undefined,
    usage: active(state, name),
  }));
  const json = ({ typeId, usage }: { typeId: string; usage: number }): Record<string, unknown> => ({
    objectTypeId: typeId,
    usage,
    limit: 15_000_000,
    percentage: (100 * usage) / 15_000_000,
  });
  const custom = usages.filter((one) => one.custom);
  const customUsage = custom.reduce((sum, { usage }) => sum + usage, 0);
  return ok({
    hubspotDefinedObjectTypes: usages.filter((one) => !one.custom).map(json),
    customObjectTypes: {
      overallLimit: 1_500_000,
      overallUsage: customUsage,
      overallPercentage: (100 * customUsage) / 1_500_000,
      byObjectType: custom.map(json),
    },
  });
}

function active(state: Exchange['state'], object: string): number {
  const store = state.store(object);
  let count = 0;
  for (let n = 0; n < store.count; n += 1) if (store.isActive(n)) count += 1;
  return count;
}

/** `GET /crm/object-library/{version}/enablement`: only objects that can be switched are named. */
export function enablement({ state }: Exchange): Answer {
  const isOn = (typeId: string): boolean => !state.options.switchedOff.includes(typeId);
  return ok({
    enablementByObjectTypeId: Object.fromEntries(switchable.map((typeId) => [typeId, isOn(typeId)])),
  });
}

const switchable = ['0-410', '0-420', '0-421', '0-162', '0-970', '0-136'];
