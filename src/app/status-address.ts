import type { Settings } from '../../config/index.ts';
import { asKeywayError } from '../errors.ts';
import { accessTo, openStatusServer, type StatusServer, type StatusViews } from '../status-page/index.ts';
import type { AppParts } from './app.ts';

/** The status page at the address of the settings. */
export interface StatusAddress {
  /**
   * Goes where these settings say, if that is another address or another token. Where it cannot be served there, it goes back; the log
   * tells whether it could.
   */
  move(parts: AppParts): Promise<void>;
  close(): Promise<void>;
}

/** What is listened on. */
interface Listening {
  readonly parts: AppParts;
  readonly address: string;
  /** Absent: the settings want no page. */
  readonly server?: StatusServer;
}

/** Throws `config_invalid` where the page cannot be served. */
export async function openStatusAddress(parts: AppParts, views: StatusViews): Promise<StatusAddress> {
  let listening: Listening | undefined = await listen(parts, views);
  return {
    async move(next) {
      // Not what the settings said before: they may have said in vain where it was to go.
      const former = listening;
      if (former?.address === addressOf(next.settings)) return;
      await former?.server?.close();
      listening = undefined;
      try {
        listening = await listen(next, views);
      } catch (error) {
        listening = former && (await listen(former.parts, views).catch(() => undefined));
        const { message: reason } = asKeywayError(error);
        next.log.error({ reason }, listening?.server === undefined ? isNowhere : stays);
      }
    },
    close: async () => listening?.server?.close(),
  };
}

async function listen(parts: AppParts, views: StatusViews): Promise<Listening> {
  const { http, httpToken } = parts.settings;
  const address = addressOf(parts.settings);
  if (http === undefined) return { parts, address };
  const token =
    httpToken &&
    ((): string => {
      httpToken.refresh();
      return httpToken.reveal();
    });
  const access = accessTo(http.host, token);
  const server = await openStatusServer(http, views, access);
  parts.log.info({ url: server.url }, 'the status page is open');
  if (access.kind === 'nobody') parts.log.warn({ url: server.url }, needsToken);
  return { parts, address, server };
}

/** Two are the same if the page is the same there, for the same people. */
function addressOf({ http, httpToken }: Settings): string {
  return JSON.stringify([http, httpToken?.reveal(), httpToken?.file]);
}

const stays = 'the status page cannot go where the settings say: it stays where it was';
const isNowhere =
  'the status page cannot go where the settings say, and is nowhere: SIGHUP makes the worker try again';
const needsToken =
  'Other machines can reach this address: nothing but health is told there until KEYWAY_HTTP_TOKEN is set (`none` shows it to everybody)';
