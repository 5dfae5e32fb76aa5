import { noticeKinds } from '../src/notice.ts';
import { duration, someOf } from './kinds.ts';
import type { Setting } from './setting.ts';
import { webhookUrl } from './urls.ts';

/** Who is told of what. */
export const notifySettings = {
  'notify.webhook': {
    kind: webhookUrl,
    otherwise: 'none: nobody is told',
    meaning:
      'where `sync` and `worker` send what is wrong, and that it is over: a webhook that takes what Slack takes ([Notifications](#notifications))',
    example: 'https://hooks.slack.com/services/T0000/B0000/XXXX',
    secret: true,
    file: true,
    yaml: 'never',
  },
  'notify.about': {
    kind: someOf(noticeKinds),
    otherwise: 'all four',
    meaning:
      'what they send: `failure` (a pipeline or a run), `staleness` (a table that is behind), `schema` (changes of tables and properties), `key` (a Service Key that is not used, not fit or old)',
    example: ['failure', 'staleness'],
  },
  'notify.staleAfter': {
    kind: duration,
    default: '26h',
    meaning:
      'how long a table may be overdue by its schedule before that is told; a nightly `sync` goes by `schedules`, too',
    example: '6h',
  },
} as const satisfies Readonly<Record<string, Setting>>;
