import type { Command } from 'commander';
import type { App, Settings } from '../app/index.ts';
import { asKeywayError, type KeywayError } from '../errors.ts';
import type { Log } from '../service.ts';
import { exitCodes, exitOfError, type ExitCode } from './exit.ts';
import { watchSignals, type Signal, type Signals } from './signals.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What a command has while it runs. */
export interface Session {
  readonly app: App;
  readonly settings: Settings;
  readonly terminal: Terminal;
  readonly log: Log;
  /** Where the log level was left at its default, people get the progress view instead of info lines. */
  readonly progress: 'bars' | 'lines' | 'log';
  readonly json: boolean;
  readonly stoppedBy: () => Signal | undefined;
  /** The settings as they are by now, and a log that strikes out their secrets. */
  readonly reread: () => Promise<Pick<Session, 'settings' | 'log'>>;
  /** The text without secrets. */
  readonly conceal: (text: string) => string;
}

/** Runs a command's work with settings, log, signals and app; sets the exit code and tells of what went wrong. */
export async function inSession(
  command: Command,
  work: (session: Session) => Promise<number>,
  { speaks = false, patience, label }: Manners = {},
): Promise<void> {
  const options = command.optsWithGlobals<GlobalOptions>();
  const terminal = openTerminal({ color: options.color !== false });
  const signals = watchSignals(
    (signal) => terminal.note(`Stopping cleanly after ${signal}; a second one stops at once.`),
    patience,
  );
  let session: Session | undefined;
  try {
    session = await openSession({ command, options, terminal, signals, speaks, label });
    process.exitCode = await work(session);
  } catch (error) {
    const json = options.json === true;
    process.exitCode = fail(error, { terminal, json, stoppedBy: signals.received(), session });
  } finally {
    signals.close();
  }
}

interface Manners {
  /** Its log is what it has to say, to people as well. */
  readonly speaks?: boolean;
  /** Milliseconds that a clean stop may take; for ever unless told. */
  readonly patience?: number;
  /** What it is called in the warehouse; the command and its arguments unless told. */
  readonly label?: string;
}

interface GlobalOptions {
  readonly config?: string;
  readonly logLevel?: string;
  readonly color?: boolean;
  readonly json?: boolean;
}

interface Beginning {
  readonly command: Command;
  readonly options: GlobalOptions;
  readonly terminal: Terminal;
  readonly signals: Signals;
  readonly speaks: boolean;
  readonly label: string | undefined;
}

async function openSession(beginning: Beginning): Promise<Session> {
  const { command, options, terminal, signals, speaks } = beginning;
  const { openApp, openLog, readSettings, strikeOut, takeEnvironment } = await import('../app/index.ts');
  const { env } = takeEnvironment();
  const { config, logLevel } = options;
  const flags = { ...(config !== undefined && { config }), ...(logLevel !== undefined && { logLevel }) };
  const reread = async (): Promise<Pick<Session, 'settings' | 'log'>> => {
    const settings = readSettings(flags, env);
    const isQuiet =
      !speaks && progressOf(settings, terminal) !== 'log' && settings.sources['log.level'] === 'default';
    const log = await openLog(settings, {
      level: isQuiet ? 'warn' : settings.log.level,
      format: settings.log.format,
      color: terminal.notesInColor,
      write: terminal.log,
    });
    return { settings, log };
  };
  const { settings, log } = await reread();
  const progress = speaks ? 'log' : progressOf(settings, terminal);
  const label = beginning.label ?? [command.name(), ...command.args].join(' ');
  const app = openApp(settings, { log, signal: signals.aborted, command: label });
  const { json = false } = options;
  const conceal = (text: string): string => strikeOut(text, settings);
  for (const warning of settings.warnings) log.warn({}, warning);
  // A short password may be a word of the result, and is struck out of nothing but its URL there.
  const out = (text: string): void => terminal.out(strikeOut(text, settings, 12));
  const note = (text: string): void => terminal.note(conceal(text));
  const concealing = { ...terminal, out, note };
  const stoppedBy = signals.received;
  return { app, settings, terminal: concealing, log, progress, json, conceal, stoppedBy, reread };
}

/** Bars and a stream of log lines would tear each other up, so whoever asks for the lines gets no bars. */
function progressOf({ log, ci, sources }: Settings, terminal: Terminal): Session['progress'] {
  if (log.format === 'json') return 'log';
  const chatty = sources['log.level'] !== 'default' && ['trace', 'debug', 'info'].includes(log.level);
  return terminal.live && !ci && !chatty ? 'bars' : 'lines';
}

interface Ending {
  readonly terminal: Terminal;
  readonly json?: boolean;
  readonly stoppedBy?: Signal | undefined;
  /** Absent when the settings could not be read. */
  readonly session?: Session | undefined;
}

/** Tells of an error where it was asked to: as a document, as a log line or as a sentence. */
export function fail(thrown: unknown, ending: Ending): ExitCode {
  const { terminal, json = false, stoppedBy, session } = ending;
  const error = asKeywayError(thrown);
  if (stoppedBy !== undefined && error.code === 'internal') {
    terminal.note(`Stopped by ${stoppedBy}. What was committed stays; the next run goes on from there.`);
    return exitCodes[stoppedBy];
  }
  const exitCode = exitOfError(error.code);
  const conceal = session?.conceal ?? ((text: string) => text);
  if (json) terminal.out(conceal(JSON.stringify({ error: errorDocument(error), exitCode }, undefined, 2)));
  const message = conceal(error.message);
  if (session?.progress === 'log') session.log.error({ code: error.code, ...error.details }, message);
  else terminal.note(`${terminal.paintNote('red', 'error:')} ${message}`);
  session?.log.debug({ err: thrown }, 'what led to this');
  return exitCode;
}

export function errorDocument({ code, message, details }: KeywayError): object {
  return { code, message, details };
}

/** For what is thrown outside of any session: a sentence, never a bare stack trace. */
export function failSafe(thrown: unknown): ExitCode {
  return fail(thrown, { terminal: openTerminal({ color: true }) });
}
