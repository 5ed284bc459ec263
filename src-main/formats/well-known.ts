/**
 * Which keys of structured logs mean a field of FIELDS.md, and how their values convert: data only. One table for
 * all logs, and one for each maker whose keys mean something else or something more; detection says whose a file is.
 * FieldMap applies them.
 */

/** Known fields, then parts that are put together or taken apart once the record has been read. */
export const targets = [
  'time',
  'level',
  'message',
  'logger',
  'thread',
  'host',
  'process',
  'pid',
  'vhost',
  'client_ip',
  'client_port',
  'user',
  'method',
  'path',
  'query',
  'protocol',
  'status',
  'bytes',
  'request_bytes',
  'duration',
  'referrer',
  'user_agent',
  'trace_id',
  'span_id',
  'request_id',
  'exception',
  'exception_frame',
  'errorType',
  'errorMessage',
  'nanosecond',
  'request',
] as const;

export type Target = (typeof targets)[number];

/** A target's place in `targets`. */
export const slotOf = (target: Target): number => targets.indexOf(target);

/**
 * How a value becomes the target's; a value that does not convert keeps its native field.
 * `time`: any layout or epoch, as text or number. `level`: words, and numbers of pino's scale; `severity`: syslog's;
 * `otelSeverity`: 1 to 24. `text`: text or number; `filled`: unless empty; `line`: without its newline at the end;
 * `first`: an array of one text too; `exception`: the line of a trace that names it; `stack`: the
 * same, when it begins as a trace does. `status`: 100 to 599.
 * `ms`, `s`, `us`, `ns`: a duration in this unit; `unit`: a duration that carries its unit. `method`: capitals.
 * `target`: path and query; `localTarget`: only when it begins with a slash; `url`: also with a host before it.
 * `request`: METHOD target PROTOCOL; `part`: put together later. `address`: with a port or without. `http`: only HTTP's protocols.
 * The numbers stand in kernels/assembly/keyed-plan.ts too.
 */
export const Conversion = {
  time: 0,
  level: 1,
  severity: 2,
  otelSeverity: 3,
  text: 4,
  filled: 5,
  line: 6,
  first: 7,
  exception: 8,
  stack: 9,
  integer: 10,
  status: 11,
  ms: 12,
  s: 13,
  us: 14,
  ns: 15,
  unit: 16,
  method: 17,
  target: 18,
  localTarget: 19,
  url: 20,
  request: 21,
  address: 22,
  http: 23,
  part: 24,
} as const;
export type Conversion = (typeof Conversion)[keyof typeof Conversion];

export interface Rule {
  /** Index into `targets`. */
  readonly target: number;
  readonly convert: Conversion;
  /** Of two values for one target the higher rank wins. */
  readonly rank: number;
  /** The native field stays too, since the target does not say all of it. */
  readonly keeps: boolean;
}

/** Target, conversion, names from the most to the least specific; a `+` before a name keeps the native field too. */
type Row = readonly [Target, keyof typeof Conversion, string];

/** Names in any case, with `_` and `-` left out. */
const everywhere: readonly Row[] = [
  ['time', 'time', '@timestamp timestamp time ts datetime logtime asctime eventtime date t @t'],
  ['level', 'level', 'log.level level severity loglevel lvl levelname severitytext @l'],
  ['message', 'text', 'message msg @m @mt shortmessage text event'],
  ['logger', 'text', 'logger log.logger loggername category sourcecontext'],
  ['thread', 'text', 'thread threadname process.thread.name threadid process.thread.id'],
  ['host', 'text', 'hostname host.hostname host host.name machinename'],
  ['process', 'text', 'process process.name processname program'],
  ['pid', 'integer', 'pid process.pid processid'],
  ['vhost', 'text', 'vhost url.domain'],
  [
    'client_ip',
    'address',
    'clientip client.ip client.address source.ip source.address remoteip remoteaddr remoteaddress',
  ],
  ['client_port', 'integer', 'clientport client.port source.port remoteport'],
  ['user', 'text', 'user user.name username remoteuser'],
  ['method', 'method', 'method http.request.method http.method httpmethod requestmethod'],
  ['path', 'target', 'path url.path http.path httppath requestpath'],
  ['path', 'localTarget', 'http.target requesturi uri url'],
  ['query', 'text', 'query url.query querystring'],
  ['protocol', 'http', 'protocol serverprotocol proto'],
  ['status', 'status', 'status http.response.statuscode http.statuscode statuscode httpstatus http.status'],
  ['bytes', 'integer', 'bytes http.response.body.bytes http.response.bytes bodybytessent bytessent responsebytes'],
  ['request_bytes', 'integer', 'requestbytes http.request.body.bytes http.request.bytes'],
  [
    'duration',
    'ms',
    'durationms elapsedms latencyms responsetimems requesttimems tookms durationmillis elapsedmilliseconds',
  ],
  ['duration', 'us', 'durationus elapsedus latencyus'],
  ['duration', 'ns', 'event.duration durationns elapsedns latencyns'],
  ['duration', 's', 'durationseconds elapsedseconds latencyseconds'],
  ['duration', 'unit', 'duration elapsed latency took responsetime requesttime'],
  ['referrer', 'text', 'referrer referer http.request.referrer httpreferer httpreferrer'],
  ['user_agent', 'text', 'useragent useragent.original httpuseragent http.useragent'],
  ['trace_id', 'text', 'traceid trace.id @tr'],
  ['span_id', 'text', 'spanid span.id @sp'],
  ['request_id', 'text', 'requestid http.request.id reqid xrequestid'],
  ['exception', 'exception', '+exception +@x +excinfo'],
  ['exception', 'stack', '+error.stacktrace +err.stack +error.stack +stacktrace +stack'],
  ['errorType', 'part', '+error.type +err.type +err.name'],
  ['errorMessage', 'part', '+error.message +err.message'],
];

export const makers = [
  'pino',
  'clef',
  'serilog',
  'caddy',
  'gelf',
  'docker',
  'gcp',
  'aws',
  'nginx',
  'traefik',
  'envoy',
  'python',
  'log4j',
  'journald',
  'mongod',
  'otel',
  'heroku',
] as const;

export type Maker = (typeof makers)[number];

/** Names as they are written. */
const byMaker: { readonly [maker in Maker]: readonly Row[] } = {
  // Also bunyan, whose keys pino took over, and what fastify and pino-http add.
  pino: [
    ['errorType', 'part', '+err.type +err.name'],
    ['errorMessage', 'part', '+err.message'],
    ['logger', 'text', 'name'],
    ['method', 'method', 'req.method'],
    ['path', 'target', 'req.url'],
    ['vhost', 'text', 'req.headers.host req.host req.hostname'],
    ['client_ip', 'address', 'req.remoteAddress'],
    ['client_port', 'integer', 'req.remotePort'],
    ['request_id', 'text', 'reqId req.id req_id'],
    ['referrer', 'text', 'req.headers.referer'],
    ['user_agent', 'text', 'req.headers.user-agent'],
    ['status', 'status', 'res.statusCode'],
    ['bytes', 'integer', 'res.headers.content-length'],
    ['duration', 'ms', 'responseTime'],
  ],
  // Serilog's compact log event format and the properties that its enrichers and ASP.NET Core write.
  clef: [
    ['time', 'time', '@t'],
    ['level', 'level', '@l'],
    ['message', 'text', '@m @mt'],
    ['exception', 'exception', '+@x'],
    ['thread', 'text', 'ThreadName ThreadId'],
    ['method', 'method', 'RequestMethod'],
    ['path', 'target', 'RequestPath'],
    ['status', 'status', 'StatusCode'],
    ['duration', 'ms', 'Elapsed ElapsedMilliseconds'],
    ['request_id', 'text', 'RequestId'],
  ],
  serilog: [
    ['message', 'text', 'RenderedMessage MessageTemplate'],
    ['logger', 'text', 'Properties.SourceContext'],
    ['thread', 'text', 'Properties.ThreadName Properties.ThreadId'],
    ['host', 'text', 'Properties.MachineName'],
    ['process', 'text', 'Properties.ProcessName'],
    ['pid', 'integer', 'Properties.ProcessId'],
    ['method', 'method', 'Properties.RequestMethod'],
    ['path', 'target', 'Properties.RequestPath'],
    ['status', 'status', 'Properties.StatusCode'],
    ['duration', 'ms', 'Properties.Elapsed'],
    ['request_id', 'text', 'Properties.RequestId'],
  ],
  caddy: [
    // client_ip heeds trusted proxies, remote_ip is the peer.
    ['client_ip', 'text', 'request.client_ip request.remote_ip'],
    ['client_ip', 'address', 'request.remote_addr'],
    ['client_port', 'integer', 'request.remote_port'],
    ['vhost', 'text', 'request.host'],
    ['method', 'method', 'request.method'],
    ['path', 'target', 'request.uri'],
    ['protocol', 'http', 'request.proto'],
    ['referrer', 'first', 'request.headers.Referer'],
    ['user_agent', 'first', 'request.headers.User-Agent'],
    ['user', 'filled', 'user_id'],
    ['bytes', 'integer', 'size'],
    ['request_bytes', 'integer', 'bytes_read'],
    ['duration', 's', 'duration'],
  ],
  gelf: [
    ['level', 'severity', 'level'],
    ['message', 'text', 'short_message'],
  ],
  docker: [['message', 'line', 'log']],
  gcp: [
    ['message', 'text', 'textPayload jsonPayload.message jsonPayload.msg'],
    ['method', 'method', 'httpRequest.requestMethod'],
    ['path', 'url', 'httpRequest.requestUrl'],
    ['protocol', 'http', 'httpRequest.protocol'],
    ['status', 'status', 'httpRequest.status'],
    ['bytes', 'integer', 'httpRequest.responseSize'],
    ['request_bytes', 'integer', 'httpRequest.requestSize'],
    ['duration', 'unit', 'httpRequest.latency'],
    ['client_ip', 'address', 'httpRequest.remoteIp'],
    ['referrer', 'text', 'httpRequest.referer'],
    ['user_agent', 'text', 'httpRequest.userAgent'],
    ['trace_id', 'text', 'logging.googleapis.com/trace trace'],
    ['span_id', 'text', 'logging.googleapis.com/spanId spanId'],
  ],
  // CloudTrail, and what is usual for API Gateway access logs.
  aws: [
    ['time', 'time', 'eventTime requestTime'],
    ['client_ip', 'address', 'sourceIPAddress ip sourceIp'],
    ['user', 'text', 'userIdentity.userName caller'],
    ['user_agent', 'text', 'userAgent'],
    ['request_id', 'text', 'requestID requestId'],
    ['method', 'method', 'httpMethod'],
    ['path', 'target', 'path resourcePath'],
    ['status', 'status', 'status'],
    ['bytes', 'integer', 'responseLength'],
    ['duration', 'ms', 'responseLatency'],
  ],
  // The variables of ngx_http_core_module and others, under their own names.
  nginx: [
    ['time', 'time', 'msec time_iso8601 time_local'],
    ['client_ip', 'address', 'remote_addr'],
    ['client_port', 'integer', 'remote_port'],
    ['user', 'filled', 'remote_user'],
    ['method', 'method', 'request_method'],
    ['request', 'request', 'request'],
    ['path', 'target', 'request_uri uri document_uri'],
    ['query', 'text', 'args query_string'],
    ['protocol', 'http', 'server_protocol'],
    ['status', 'status', 'status'],
    ['bytes', 'integer', 'body_bytes_sent bytes_sent'],
    ['request_bytes', 'integer', 'request_length'],
    ['duration', 's', 'request_time'],
    ['referrer', 'text', 'http_referer http_referrer'],
    ['user_agent', 'text', 'http_user_agent'],
    ['vhost', 'text', 'http_host host server_name'],
  ],
  traefik: [
    ['time', 'time', 'time StartUTC'],
    ['client_ip', 'text', 'ClientHost'],
    ['client_ip', 'address', 'ClientAddr'],
    ['client_port', 'integer', 'ClientPort'],
    ['user', 'text', 'ClientUsername'],
    ['method', 'method', 'RequestMethod'],
    ['path', 'target', 'RequestPath'],
    ['protocol', 'http', 'RequestProtocol'],
    ['vhost', 'text', 'RequestHost RequestAddr'],
    ['status', 'status', 'DownstreamStatus'],
    ['bytes', 'integer', 'DownstreamContentSize'],
    ['request_bytes', 'integer', 'RequestContentSize'],
    ['duration', 'ns', 'Duration'],
    ['referrer', 'text', 'request_Referer'],
    ['user_agent', 'text', 'request_User-Agent'],
  ],
  envoy: [
    ['time', 'time', 'start_time'],
    ['vhost', 'text', 'authority'],
    ['path', 'target', 'x_envoy_original_path path'],
    ['client_ip', 'address', 'downstream_remote_address'],
    ['status', 'status', 'response_code'],
    ['bytes', 'integer', 'bytes_sent'],
    ['request_bytes', 'integer', 'bytes_received'],
    ['duration', 'ms', 'duration'],
  ],
  python: [
    ['logger', 'text', 'name'],
    ['process', 'text', 'processName'],
    ['pid', 'integer', 'process'],
  ],
  log4j: [
    ['time', 'time', 'instant.epochSecond timeMillis'],
    ['nanosecond', 'part', 'instant.nanoOfSecond'],
    ['logger', 'text', 'loggerName'],
    ['trace_id', 'text', 'contextMap.traceId contextMap.trace_id'],
    ['span_id', 'text', 'contextMap.spanId contextMap.span_id'],
    ['errorType', 'part', '+thrown.name'],
    ['errorMessage', 'part', '+thrown.message'],
  ],
  journald: [
    ['time', 'time', '_SOURCE_REALTIME_TIMESTAMP __REALTIME_TIMESTAMP'],
    ['level', 'severity', 'PRIORITY'],
    ['process', 'text', 'SYSLOG_IDENTIFIER _COMM'],
    ['pid', 'integer', '_PID SYSLOG_PID'],
  ],
  mongod: [
    ['time', 'time', 't.$date'],
    ['level', 'level', 's'],
    ['thread', 'text', 'ctx'],
    ['client_ip', 'address', 'attr.remote'],
    ['duration', 'ms', 'attr.durationMillis'],
  ],
  otel: [
    ['time', 'time', 'Timestamp timeUnixNano observedTimeUnixNano ObservedTimestamp'],
    ['level', 'otelSeverity', 'SeverityNumber severityNumber severity_number'],
    ['message', 'text', 'Body body body.stringValue'],
  ],
  // The router's lines.
  heroku: [
    ['vhost', 'text', 'host'],
    ['client_ip', 'address', 'fwd'],
    ['duration', 'unit', 'service'],
    ['level', 'level', 'at'],
  ],
};

function tableOf(rows: readonly Row[], firstRank: number): Map<string, Rule> {
  const table = new Map<string, Rule>();
  let rank = firstRank;
  for (const [target, convert, names] of rows) {
    for (const written of names.split(' ')) {
      const keeps = written.startsWith('+');
      const name = keeps ? written.slice(1) : written;
      table.set(name, { target: slotOf(target), convert: Conversion[convert], rank: rank--, keeps });
    }
  }
  return table;
}

/** The rule for a path of keys joined with dots, in files of a maker or of nobody known. */
export function ruleFinder(maker: Maker | undefined): (name: string) => Rule | undefined {
  // A maker's own keys outrank those that mean the same everywhere.
  const own = tableOf(maker === undefined ? [] : byMaker[maker], 2_000);
  const general = tableOf(everywhere, 1_000);
  return (name) => own.get(name) ?? general.get(name.replaceAll(/[_-]/g, '').toLowerCase());
}
