import { url as inspectorUrl } from 'node:inspector';

/**
 * What can be done from inside against showing secrets by accident: no environment in reports of crashes, and no debugger for
 * whoever may send signals. Returns why this process must not go on, if it must not.
 */
export function harden(args: readonly string[], isListening = inspectorUrl()): string | undefined {
  process.report.excludeEnv = true;
  // Without a listener, this signal opens Node's debugger, which shows everything to everybody on this machine.
  process.on('SIGUSR1', () => undefined);
  // The sandbox's own key opens nothing.
  if (args[0] !== 'sandbox' && args.some((arg) => keyForm.test(arg))) return keyInArguments;
  return isListening !== undefined && !isLoopback(isListening) ? debuggedFromElsewhere : undefined;
}

const keyForm = /pat-[a-z]{2,4}\d{1,3}-[0-9a-f]{8}-[0-9a-f]{4}/i;

const keyInArguments =
  'A Service Key stands in the command line, where everybody on this machine can read it. Rotate it in HubSpot, and give the new one by HUBSPOT_SERVICE_KEY or HUBSPOT_SERVICE_KEY_FILE.';
const debuggedFromElsewhere =
  "Node's debugger listens to other machines, which could read the key from memory. Take --inspect with that address out of NODE_OPTIONS.";

function isLoopback(address: string): boolean {
  return /^(127(\.\d+){3}|localhost|\[::1\])$/.test(new URL(address).hostname);
}
