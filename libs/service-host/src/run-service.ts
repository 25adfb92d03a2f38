import {
  ConfigError,
  createLogger,
  maskRedisUrl,
  redact,
  withCredentials,
  type Environment,
  type Logger,
} from '@quantum/service-kit';

/** sysexits' EX_CONFIG: systemd's `RestartPreventExitStatus=78` keeps it from restarting what cannot start. */
export const EXIT_CONFIG = 78;

export interface ServiceContext {
  /** With the files that systemd hands over as credentials. */
  readonly env: Environment;
  /** Aborted by the first SIGTERM or SIGINT, also while the service is still starting. */
  readonly stopping: AbortSignal;
}

/** What `runService` needs of `process`. */
export interface ServiceHost {
  readonly env: Environment;
  readonly argv: readonly string[];
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  exit(code: number): void;
}

export interface ServiceOptions {
  readonly name: string;
  /** Reads the configuration as `start` does, for `--check-config`. @throws ConfigError */
  readonly load: (env: Environment) => { readonly warnings: readonly string[]; readonly notes: readonly string[] };
  /** Starts the service; resolves, once it runs, to what stops it in order. */
  readonly start: (context: ServiceContext) => Promise<{ stop(): Promise<void> }>;
  /** After a signal, how long stopping may take before the process exits with 1. */
  readonly stopDeadlineMs?: number;
  readonly logger?: Logger;
  readonly host?: ServiceHost;
}

const CHECK_CONFIG = '--check-config';
const HELP = '--help';
const OPTIONS = [CHECK_CONFIG, HELP];

const usage = (name: string): string => `Usage: ${name} [${OPTIONS.join(' | ')}]

Runs the service ${name} until SIGTERM or SIGINT. Its settings are environment variables.

  ${CHECK_CONFIG}  check the environment variables, start nothing: exit code 0, or ${EXIT_CONFIG} with every violation
  ${HELP}          show this text

docs/integration/operators.md lists every variable under "Configuration"; so do the comments of the installed /etc/quantum/*.env.
`;

/** Why these arguments cannot be taken, or undefined. What follows a `=` is not shown: it may be a secret. */
function argumentProblem(args: readonly string[]): string | undefined {
  const unknown = args.find((argument) => !OPTIONS.includes(argument));
  if (unknown === undefined) {
    return args.length > 1 ? `the argument '${args[1]}' is one too many: give one option at most` : undefined;
  }
  const [option = ''] = unknown.split('=');
  const what = OPTIONS.includes(option) ? 'takes no value' : 'is not known';
  return `the argument '${maskRedisUrl(option)}' ${what}; give --check-config, --help or no argument`;
}

/** Starts nothing: says whether the service would take this environment, every violation, warning and note a line. */
function checkConfig({ name, load, host = process }: ServiceOptions): void {
  try {
    const { warnings, notes } = load(withCredentials(host.env));
    for (const warning of warnings) host.stderr.write(`${name}: warning: ${redact(warning)}\n`);
    for (const note of notes) host.stderr.write(`${name}: note: ${redact(note)}\n`);
    host.stdout.write(`${name}: the configuration is usable\n`);
    host.exit(0);
  } catch (error) {
    host.stderr.write(`${name}: ${redact((error as Error).message)}\n`);
    host.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
  }
}

/** Whether the arguments say more than to start, or are wrong: then they are answered, and the process ends. */
function endsByArguments(options: ServiceOptions): boolean {
  const { name, host = process } = options;
  const args = host.argv.slice(2);
  const problem = argumentProblem(args);
  if (problem !== undefined) {
    host.stderr.write(`${name}: ${redact(problem)}. Nothing was started\n`);
    host.exit(EXIT_CONFIG);
    return true;
  }
  if (args.includes(HELP)) {
    host.stdout.write(usage(name));
    host.exit(0);
    return true;
  }
  if (args.includes(CHECK_CONFIG)) {
    checkConfig(options);
    return true;
  }
  return false;
}

/**
 * Runs a service as a process. With the argument `--check-config` it only checks its configuration: exit 0, or 78 with
 * the violations on stderr. With `--help` it only prints its usage. Any other argument, or a second one: exit 78,
 * because a misspelt option must not start a service. Without arguments: SIGTERM or SIGINT: stop once, exit 0, or 1
 * when that failed or took too long (4.5 s, so that it is over within 5). A {@link ConfigError} while starting: its
 * lines on stderr, exit 78. Any other failure to start, an uncaught exception or an unhandled rejection: logged, exit
 * 1, for the supervisor to start it again.
 */
export async function runService(options: ServiceOptions): Promise<void> {
  const { name, start, stopDeadlineMs = 4500, logger = createLogger({ name }), host = process } = options;
  if (endsByArguments(options)) return;
  const abort = new AbortController();

  const crash = (error: unknown, what: string): void => {
    logger.fatal({ err: error }, what);
    host.exit(1);
  };
  host.on('uncaughtException', (error) => {
    crash(error, 'uncaught exception');
  });
  host.on('unhandledRejection', (reason) => {
    crash(reason, 'unhandled rejection');
  });

  const running = Promise.resolve().then(() => start({ env: withCredentials(host.env), stopping: abort.signal }));

  async function stop(signal: unknown): Promise<void> {
    logger.info({ signal }, 'stopping');
    const deadline = setTimeout(() => {
      logger.error({ stopDeadlineMs }, 'did not stop in time: exiting at once');
      host.exit(1);
    }, stopDeadlineMs);
    abort.abort();
    try {
      const service = await running.catch(() => undefined); // what did not start needs no stop
      await service?.stop();
      logger.info('stopped');
      host.exit(0);
    } catch (error) {
      crash(error, 'failed to stop');
    } finally {
      clearTimeout(deadline);
    }
  }
  for (const signal of ['SIGTERM', 'SIGINT']) {
    host.on(signal, () => {
      if (!abort.signal.aborted) void stop(signal);
    });
  }

  try {
    await running;
  } catch (error) {
    if (abort.signal.aborted) {
      logger.info({ err: error }, 'start was cut short');
    } else if (error instanceof ConfigError) {
      host.stderr.write(`${name}: ${error.message}\n`);
      host.exit(EXIT_CONFIG);
    } else {
      crash(error, 'failed to start');
    }
  }
}
