/** Whose keys a structured log has, from a census of the keys of its first records. */
import type { Maker } from './well-known.ts';

export interface KeyCensus {
  /** Records that were looked at. */
  records: number;
  /** How often each key (joined with dots) came, how often with a number, and one of its values. */
  readonly keys: Map<string, { readonly count: number; readonly numbers: number; readonly example: string }>;
}

/** Undefined: keys of no maker in particular, or of one whose keys mean what they mean everywhere (ECS, zerolog). */
export function makerOf(census: KeyCensus): Maker | undefined {
  const { records, keys } = census;
  if (records === 0) return undefined;
  /** Most records have the key. */
  const has = (name: string): boolean => (keys.get(name)?.count ?? 0) * 2 > records;
  const some = (name: string): boolean => keys.has(name);
  const isNumber = (name: string): boolean => {
    const seen = keys.get(name);
    return seen !== undefined && seen.numbers * 2 > seen.count;
  };
  if (has('@t') && (has('@m') || has('@mt') || has('@i') || has('@l'))) return 'clef';
  if (has('MessageTemplate') && (has('Level') || has('Timestamp'))) return 'serilog';
  if (has('short_message') && (has('version') || has('host'))) return 'gelf';
  if (has('log') && has('stream') && has('time')) return 'docker';
  if (has('__REALTIME_TIMESTAMP')) return 'journald';
  if (has('t.$date') && has('s') && has('msg')) return 'mongod';
  if (has('instant.epochSecond') || (has('timeMillis') && has('loggerName'))) return 'log4j';
  if (has('remote_addr') && ['status', 'request', 'request_time', 'body_bytes_sent'].some(has)) return 'nginx';
  if (some('DownstreamStatus') || (some('RequestMethod') && some('ClientHost'))) return 'traefik';
  if (has('response_code') && ['authority', 'start_time', 'upstream_host'].some(has)) return 'envoy';
  if (has('eventSource') && has('awsRegion')) return 'aws';
  if (has('requestId') && ['httpMethod', 'resourcePath', 'routeKey'].some(has)) return 'aws';
  if (
    some('severity') &&
    [...keys.keys()].some((name) =>
      /^(?:textPayload|jsonPayload\.|logName$|insertId$|httpRequest\.|logging\.googleapis\.com\/)/.test(name),
    )
  ) {
    return 'gcp';
  }
  if (['SeverityNumber', 'severityNumber', 'severity_number', 'SeverityText', 'severityText'].some(has)) return 'otel';
  if (some('dyno') && some('fwd') && some('service')) return 'heroku';
  if (
    has('level') &&
    has('time') &&
    (isNumber('level') || isNumber('time')) &&
    (has('pid') || has('hostname') || has('v'))
  ) {
    return 'pino';
  }
  if (some('req.method') && some('req.url')) return 'pino';
  if (has('ts') && isNumber('ts') && has('msg') && (some('request.uri') || hasCaddyLogger(census))) return 'caddy';
  if (has('levelname') || has('asctime')) return 'python';
  return undefined;
}

const hasCaddyLogger = ({ keys }: KeyCensus): boolean =>
  /^(?:admin|tls|http|events|caddy)(?:\.|$)/.test(keys.get('logger')?.example ?? '');
