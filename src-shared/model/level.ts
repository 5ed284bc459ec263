/** Severity levels in their order; a level column holds the ordinal. */
export const levels = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'fatal'] as const;

export type Level = (typeof levels)[number];

/** Ordinal of a level, 0 (trace) to 6 (fatal). */
export const levelOrdinal = (level: Level): number => levels.indexOf(level);

export const levelAt = (ordinal: number): Level | undefined => levels[ordinal];

/**
 * Words that makers of logs use for severities, lower case, to the ordinal of the level they mean.
 * An unknown word leaves the level absent and stays in its native field.
 */
const words: ReadonlyMap<string, number> = new Map(
  Object.entries({
    trace: 0,
    trc: 0,
    finest: 0,
    verbose: 0,
    vrb: 0,
    all: 0,
    finer: 0,
    silly: 0,
    t: 0,
    v: 0,
    debug: 1,
    dbg: 1,
    fine: 1,
    d: 1,
    debug1: 1,
    debug2: 1,
    debug3: 1,
    debug4: 1,
    debug5: 1,
    config: 1,
    info: 2,
    information: 2,
    informational: 2,
    inf: 2,
    i: 2,
    log: 2,
    statement: 2,
    // Loguru's 25, between info (20) and warning (30).
    success: 3,
    notice: 3,
    note: 3,
    n: 3,
    warn: 4,
    warning: 4,
    wrn: 4,
    w: 4,
    error: 5,
    err: 5,
    eror: 5,
    e: 5,
    severe: 5,
    failure: 5,
    fail: 5,
    fatal: 6,
    ftl: 6,
    critical: 6,
    crit: 6,
    alert: 6,
    emerg: 6,
    emergency: 6,
    panic: 6,
    f: 6,
    c: 6,
    dpanic: 6,
  }),
);

/** The ordinal that a word means, ignoring case and surrounding space; undefined when unknown. */
export const levelFromWord = (word: string): number | undefined => words.get(word.trim().toLowerCase());

/** Syslog severities (RFC 5424, 6.2.1): 0 emergency ... 7 debug. */
export const levelFromSyslogSeverity = (severity: number): number | undefined => [6, 6, 6, 5, 4, 3, 2, 1][severity];

/** Pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
export function levelFromPino(value: number): number | undefined {
  if (!(value >= 10 && value < 70)) return undefined;
  return [0, 1, 2, 4, 5, 6][Math.floor(value / 10) - 1];
}

/** Of an access log's status: 5xx error, 4xx warn, else info. */
export const levelFromStatus = (status: number): number =>
  status >= 500 && status < 600 ? 5 : status >= 400 && status < 500 ? 4 : 2;
