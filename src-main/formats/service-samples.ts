/** Samples of the formats of service-layouts.ts, by name. */
import type { FormatSample } from './format.ts';

const albHead = 'https 2026-03-01T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.0.2.39:2817 10.0.0.1:80';
const albTail =
  'arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/my-targets/73e2 "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:1:certificate/1" 1 2026-03-01T22:22:48.364000Z "authenticate,forward" "-" "-"';
const albFields = {
  type: 'https',
  time: '2026-03-01T22:23:00.186Z',
  level: 'info',
  elb: 'app/my-loadbalancer/50dc6c495c0c9188',
  client_ip: '192.0.2.39',
  client_port: 2817,
  target: '10.0.0.1:80',
  request_processing_time: 86,
  duration: 48,
  response_processing_time: 37,
  status: 200,
  target_status: 200,
  request_bytes: 0,
  bytes: 57,
  method: 'GET',
  scheme: 'https',
  vhost: 'www.example.com',
  server_port: 443,
  path: '/a',
  query: 'b=1',
  protocol: 'HTTP/1.1',
  user_agent: 'curl/7.46.0',
  ssl_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
  ssl_protocol: 'TLSv1.2',
  target_group: 'arn:aws:elasticloadbalancing:us-east-2:1:targetgroup/my-targets/73e2',
  trace_id: 'Root=1-58337281-1d84f3d73c47ec4e58577259',
  domain_name: 'www.example.com',
  certificate: 'arn:aws:acm:us-east-2:1:certificate/1',
  rule_priority: 1,
  request_creation_time: '2026-03-01T22:22:48.364Z',
  actions: 'authenticate,forward',
};
const albRequest = '"GET https://www.example.com:443/a?b=1 HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2';
const albLine = `${albHead} 0.086 0.048 0.037 200 200 0 57 ${albRequest} ${albTail}`;
const without = (fields: object, ...names: readonly string[]): object =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.includes(name)));

const s3Head =
  '79a59df900b949e55d96a1e6 DOC-EXAMPLE-BUCKET1 [06/Feb/2026:00:00:38 +0000] 192.0.2.3 arn:aws:iam::1:user/bob 3E57427F3EXAMPLE';
const s3Fields = {
  bucket_owner: '79a59df900b949e55d96a1e6',
  bucket: 'DOC-EXAMPLE-BUCKET1',
  time: '2026-02-06T00:00:38.000Z',
  level: 'info',
  client_ip: '192.0.2.3',
  user: 'arn:aws:iam::1:user/bob',
  request_id: '3E57427F3EXAMPLE',
};

export const serviceSamples: Readonly<Record<string, readonly FormatSample[]>> = {
  'aws-alb': [
    {
      text: `${albLine} "10.0.0.1:80" "200" "-" "-" TID_1234abcd`,
      fields: { ...albFields, targets: '10.0.0.1:80', target_statuses: '200', connection_id: 'TID_1234abcd' },
    },
    {
      text: `${albLine} "10.0.0.1:80" "200" "-" "-"`,
      fields: { ...albFields, targets: '10.0.0.1:80', target_statuses: '200' },
    },
    { text: albLine, fields: albFields },
    {
      // Not passed on to a target.
      text: `${albHead.replace('10.0.0.1:80', '-')} -1 -1 -1 502 - 0 57 ${albRequest} ${albTail}`,
      fields: {
        ...without(
          albFields,
          'target',
          'target_status',
          'duration',
          'request_processing_time',
          'response_processing_time',
        ),
        status: 502,
        level: 'error',
      },
    },
    {
      text: `${albHead} 0.000 0.001 0.000 400 - 0 57 "- http://www.example.com:80- -" "-" - - ${albTail}`,
      fields: {
        ...without(
          albFields,
          'target_status',
          'method',
          'scheme',
          'vhost',
          'server_port',
          'path',
          'query',
          'protocol',
          'user_agent',
          'ssl_cipher',
          'ssl_protocol',
        ),
        request_processing_time: 0,
        duration: 1,
        response_processing_time: 0,
        status: 400,
        level: 'warn',
        request: '- http://www.example.com:80- -',
      },
    },
    { text: albHead, fields: false },
  ],
  'aws-elb': [
    {
      text: '2026-03-01T23:39:43.945958Z my-loadbalancer 192.0.2.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.38.0" - -',
      fields: {
        time: '2026-03-01T23:39:43.945Z',
        level: 'info',
        elb: 'my-loadbalancer',
        client_ip: '192.0.2.39',
        client_port: 2817,
        target: '10.0.0.1:80',
        request_processing_time: 0.073,
        duration: 1.048,
        response_processing_time: 0.057,
        status: 200,
        target_status: 200,
        request_bytes: 0,
        bytes: 29,
        method: 'GET',
        scheme: 'http',
        vhost: 'www.example.com',
        server_port: 80,
        path: '/',
        protocol: 'HTTP/1.1',
        user_agent: 'curl/7.38.0',
      },
    },
    { text: '2026-03-01T23:39:43.945958Z my-loadbalancer 192.0.2.39:2817 - 0.000073', fields: false },
  ],
  'aws-s3': [
    {
      text: `${s3Head} REST.GET.OBJECT photos/a.jpg "GET /DOC-EXAMPLE-BUCKET1/photos/a.jpg?x=1 HTTP/1.1" 200 - 113 250 7 6 "-" "S3Console/0.4" - s9lzHYrFp76ZVxRc SigV4 ECDHE-RSA-AES128-GCM-SHA256 AuthHeader bucket1.s3.us-west-1.amazonaws.com TLSv1.2 - -`,
      fields: {
        ...s3Fields,
        operation: 'REST.GET.OBJECT',
        key: 'photos/a.jpg',
        method: 'GET',
        path: '/DOC-EXAMPLE-BUCKET1/photos/a.jpg',
        query: 'x=1',
        protocol: 'HTTP/1.1',
        status: 200,
        bytes: 113,
        object_size: 250,
        duration: 7,
        turn_around_time: 6,
        user_agent: 'S3Console/0.4',
        host_id: 's9lzHYrFp76ZVxRc',
        signature_version: 'SigV4',
        ssl_cipher: 'ECDHE-RSA-AES128-GCM-SHA256',
        authentication: 'AuthHeader',
        vhost: 'bucket1.s3.us-west-1.amazonaws.com',
        ssl_protocol: 'TLSv1.2',
      },
    },
    {
      text: `${s3Head} REST.COPY.OBJECT_GET a - 404 NoSuchKey - - 9 - "-" "-" -`,
      fields: {
        ...s3Fields,
        level: 'warn',
        operation: 'REST.COPY.OBJECT_GET',
        key: 'a',
        status: 404,
        error_code: 'NoSuchKey',
        duration: 9,
      },
    },
    { text: s3Head, fields: false },
  ],
  squid: [
    {
      text: '1772359200.123    456 192.0.2.5 TCP_MISS/200 1234 GET http://example.com:8080/a?b=1 bob HIER_DIRECT/198.51.100.34 text/html',
      fields: {
        time: '2026-03-01T10:00:00.123Z',
        level: 'info',
        duration: 456,
        client_ip: '192.0.2.5',
        cache_status: 'TCP_MISS',
        status: 200,
        bytes: 1234,
        method: 'GET',
        scheme: 'http',
        vhost: 'example.com',
        server_port: 8080,
        path: '/a',
        query: 'b=1',
        user: 'bob',
        hierarchy: 'HIER_DIRECT',
        peer: '198.51.100.34',
        content_type: 'text/html',
      },
    },
    {
      text: '1772359201.123 123456 192.0.2.5 TCP_DENIED/403 3900 CONNECT example.com:443 - HIER_NONE/- text/html',
      fields: {
        time: '2026-03-01T10:00:01.123Z',
        level: 'warn',
        duration: 123456,
        client_ip: '192.0.2.5',
        cache_status: 'TCP_DENIED',
        status: 403,
        bytes: 3900,
        method: 'CONNECT',
        path: 'example.com:443',
        hierarchy: 'HIER_NONE',
        content_type: 'text/html',
      },
    },
    { text: '1772359201.123 abc 192.0.2.5 TCP_DENIED/403 3900', fields: false },
  ],
};
