/**
 * The layouts of access logs that are not those of a web server: load balancers and storage of AWS, and Squid. Data only. In
 * a text, `{name}` is a value: the slot of that name, or else a text field of that name; the rest stands there literally.
 * Of a format that grew at its end, each length that was written is a layout.
 */
import type { LayoutPart, LayoutSlot, LineLayout } from './line-layout.ts';

export interface ServiceFormat {
  readonly name: string;
  readonly title: string;
  /** In the order in which a line is tried with them. */
  readonly layouts: readonly LineLayout[];
}

const seconds = (name: string): LayoutSlot => ({ kind: 'number', name, type: 'number', unit: 'ms', multiply: 1000 });
const count = (name: string): LayoutSlot => ({ kind: 'number', name });

const commonSlots: Readonly<Record<string, LayoutSlot>> = {
  client: { kind: 'client' },
  status: { kind: 'status' },
  bytes: { kind: 'number', name: 'bytes', strict: true },
  request_bytes: { kind: 'number', name: 'request_bytes', strict: true },
  request: { kind: 'request' },
  host: { kind: 'host', until: '/' },
  path: { kind: 'target' },
  duration: { ...seconds('duration'), strict: true },
};

/** A layout from its text; the slots given here go before those that all layouts share. */
function layoutOf(text: string, slots: Readonly<Record<string, LayoutSlot>>): LineLayout {
  const parts: LayoutPart[] = [];
  for (const [at, piece] of text.split(/\{(\w+)\}/).entries()) {
    if (at % 2 === 1) parts.push(slots[piece] ?? commonSlots[piece] ?? { kind: 'text', name: piece });
    else if (piece !== '') parts.push(piece);
  }
  return { parts };
}

/** A text for each way to write the request, and for requests that were not passed on, which took no time. */
const balancerRequests = ['"{method} {scheme}://{host}{path} {protocol}"', '"{request}"'];
const balancerTimes = [
  '-1 -1 -1',
  '{request_processing_time} -1 -1',
  '{request_processing_time} {duration} {response_processing_time}',
];

function balancerLayouts(
  head: string,
  tails: readonly string[],
  slots: Readonly<Record<string, LayoutSlot>>,
): readonly LineLayout[] {
  return tails.flatMap((tail) =>
    balancerTimes.flatMap((times) =>
      balancerRequests.map((request) =>
        layoutOf(
          `${head} ${times} {status} {target_status} {request_bytes} {bytes} ${request} "{user_agent}" {ssl_cipher} {ssl_protocol}${tail}`,
          slots,
        ),
      ),
    ),
  );
}

const balancerSlots: Readonly<Record<string, LayoutSlot>> = {
  time: { kind: 'time', time: { kind: 'iso' } },
  target_status: { kind: 'any', name: 'target_status' },
  request_processing_time: seconds('request_processing_time'),
  response_processing_time: seconds('response_processing_time'),
  rule_priority: count('rule_priority'),
  request_creation_time: { kind: 'time', name: 'request_creation_time', time: { kind: 'iso' } },
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html */
const applicationTail =
  ' {target_group} "{trace_id}" "{domain_name}" "{certificate}" {rule_priority} {request_creation_time} "{actions}" "{redirect_url}" "{error_reason}"';
const targetsTail = `${applicationTail} "{targets}" "{target_statuses}" "{classification}" "{classification_reason}"`;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/LogFormat.html */
const storageHead = '{bucket_owner} {bucket} [{time}] {client} {user} {request_id} {operation} {key}';
const storageTail =
  '{status} {error_code} {bytes} {object_size} {duration} {turn_around_time} "{referrer}" "{user_agent}" {version_id}';
const storageEnds = [
  ' {host_id} {signature_version} {ssl_cipher} {authentication} {vhost} {ssl_protocol} {access_point} {acl_required}',
  ' {host_id} {signature_version} {ssl_cipher} {authentication} {vhost} {ssl_protocol} {access_point}',
  ' {host_id} {signature_version} {ssl_cipher} {authentication} {vhost} {ssl_protocol}',
  '',
];
const storageSlots: Readonly<Record<string, LayoutSlot>> = {
  time: { kind: 'time', time: { kind: 'dated', spaced: true } },
  object_size: { kind: 'number', name: 'object_size', type: 'integer', unit: 'bytes' },
  // Milliseconds; a dash where nothing was sent.
  duration: { kind: 'number', name: 'duration' },
  turn_around_time: { kind: 'number', name: 'turn_around_time', type: 'number', unit: 'ms' },
};

/** https://wiki.squid-cache.org/Features/LogFormat: the native format, with the time in a width of six. */
const proxyLine = (url: string): string =>
  `{time} {duration} {client} {cache_status}/{status} {bytes} {method} ${url} {user} {hierarchy}/{peer} {content_type}`;
const proxySlots: Readonly<Record<string, LayoutSlot>> = {
  time: { kind: 'time', time: { epoch: 's' } },
  duration: { kind: 'number', name: 'duration', strict: true, padded: true },
};

/** https://docs.haproxy.org/3.0/configuration.html#8.2: option httplog and option tcplog, behind a syslog header. */
const proxyHead = '{client} [{time}] {frontend} {backend}/{server}';
const proxyCounts = '{termination_state} {actconn}/{feconn}/{beconn}/{srv_conn}/{retries} {srv_queue}/{backend_queue}';
const proxyHttp = `${proxyHead} {time_request}/{time_queue}/{time_connect}/{time_response}/{duration} {status} {bytes} {captured_request_cookie} {captured_response_cookie} ${proxyCounts}`;
const haproxySlots: Readonly<Record<string, LayoutSlot>> = {
  time: { kind: 'time', time: { kind: 'dated', spaced: true } },
  duration: { kind: 'number', name: 'duration' },
  ...Object.fromEntries(
    ['time_request', 'time_queue', 'time_connect', 'time_response'].map((name): [string, LayoutSlot] => [
      name,
      { kind: 'number', name, type: 'number', unit: 'ms' },
    ]),
  ),
  ...Object.fromEntries(
    ['actconn', 'feconn', 'beconn', 'srv_conn', 'retries', 'srv_queue', 'backend_queue'].map(
      (name): [string, LayoutSlot] => [name, { kind: 'any', name }],
    ),
  ),
};

export const haproxyLayouts: readonly LineLayout[] = [
  `${proxyHttp} {{captured_request_headers}} {{captured_response_headers}} "{request}"`,
  `${proxyHttp} {{captured_headers}} "{request}"`,
  `${proxyHttp} "{request}"`,
  `${proxyHead} {time_queue}/{time_connect}/{duration} {bytes} ${proxyCounts}`,
].map((text) => layoutOf(text, haproxySlots));

export const serviceFormats: readonly ServiceFormat[] = [
  {
    name: 'aws-alb',
    title: 'AWS application load balancer',
    layouts: balancerLayouts(
      '{type} {time} {elb} {client} {target}',
      [`${targetsTail} {connection_id}`, targetsTail, applicationTail],
      balancerSlots,
    ),
  },
  {
    name: 'aws-elb',
    title: 'AWS classic load balancer',
    layouts: balancerLayouts('{time} {elb} {client} {target}', [''], balancerSlots),
  },
  {
    name: 'aws-s3',
    title: 'AWS S3 server access log',
    layouts: storageEnds.flatMap((end) =>
      ['"{request}"', '-'].map((request) => layoutOf(`${storageHead} ${request} ${storageTail}${end}`, storageSlots)),
    ),
  },
  {
    name: 'squid',
    title: 'Squid access log',
    layouts: ['{scheme}://{host}{path}', '{path}'].map((url) => layoutOf(proxyLine(url), proxySlots)),
  },
];
