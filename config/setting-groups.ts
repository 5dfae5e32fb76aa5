import { noticeKinds } from '../src/notice.ts';
import type { Secret } from './secret.ts';
import type { Settings } from './settings.ts';
import type { SettingName, Values } from './table.ts';

/** What a setting was given, or its default. */
type ValueOf = <Name extends SettingName>(name: Name) => Values[Name];

export function schedulesFrom(value: ValueOf): Settings['schedules'] {
  const timeZone = value('schedules.timeZone');
  const own = value('schedules.pipelines') ?? [];
  return {
    default: { cron: value('schedules.default'), timeZone },
    own: own.map(({ timeZone: given = timeZone, ...each }) => ({ ...each, timeZone: given })),
    jitter: value('schedules.jitter'),
  };
}

export function syncFrom(value: ValueOf): Settings['sync'] {
  return {
    lag: value('sync.lag'),
    overlap: value('sync.overlap'),
    settleAfter: value('sync.settleAfter'),
    archivedEvery: value('sync.archivedEvery'),
    listUpTo: value('sync.listUpTo'),
    sweepEvery: value('sync.sweepEvery'),
    reconcileEvery: value('sync.reconcileEvery'),
    linksEvery: value('sync.linksEvery'),
    linkCalls: value('sync.linkCalls'),
    listsEvery: value('sync.listsEvery'),
    listCalls: value('sync.listCalls'),
    concurrency: value('sync.concurrency'),
  };
}

export function notifyFrom(value: ValueOf, webhook: Secret | undefined): Settings['notify'] {
  return {
    webhook,
    about: value('notify.about') ?? noticeKinds,
    staleAfter: value('notify.staleAfter'),
  };
}

export function rateLimitFrom(value: ValueOf): Settings['rateLimit'] {
  return {
    share: value('rateLimit.share'),
    searchPerSecond: value('rateLimit.searchPerSecond'),
    associationsPerSecond: value('rateLimit.associationsPerSecond'),
    dailyReserve: value('rateLimit.dailyReserve'),
    concurrency: value('rateLimit.concurrency'),
  };
}
