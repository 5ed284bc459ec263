import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { Stopped } from '../../../src-main/hosts/cli/shell.ts';
import type { Field } from '../../../src-shared/model/field.ts';
import type { OpenOptions, ViewQuery } from '../../../src-shared/protocol.ts';
import { runCli, type Ran, type StandInLog } from './stand-in.ts';

const fields: readonly Field[] = [
  { name: 'time', type: 'instant' },
  { name: 'level', type: 'level' },
  { name: 'path', type: 'text' },
  { name: 'status', type: 'integer' },
];
const start = Date.UTC(2026, 2, 1, 10);
const access: StandInLog = {
  fields,
  rows: [
    { time: start, level: 2, status: 200, path: '/a' },
    { time: start + 1000, level: 5, status: 500, path: '=b' },
    { time: start + 3_600_000, level: 4, status: 404, path: '/c' },
  ],
  state: { time: { from: start, to: start + 3_600_000 } },
};
const other: StandInLog = {
  fields: [
    { name: 'time', type: 'instant' },
    { name: 'level', type: 'level' },
    { name: 'message', type: 'text' },
  ],
  rows: [{ time: start + 2000, level: 5, message: 'failed' }, { message: 'no time' }],
};
const logs = { 'access.log': access, 'other.log': other };

const run = (...args: readonly string[]): Promise<Ran> => runCli(args, { logs });
const fine = (stdout: string, stderr = ''): Ran => ({ status: 0, stdout, stderr });

describe('help and version', () => {
  test('go to standard output', async () => {
    expect(await run('--version')).toEqual(fine(`taillight ${packageJson.version}\n`));
    expect(await run('query', '--version')).toEqual(fine(`taillight ${packageJson.version}\n`));
    const help = await run('--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    expect(help.stdout).toMatch(/^ {2}taillight stats \.\.\. +count records/m);
    expect(await run()).toEqual(help);
    expect(await run('help')).toEqual(help);
  });

  test('of a command name all of its options, whatever else is given', async () => {
    const help = await run('query', 'missing.log', '--help');
    expect(help).toMatchObject({ status: 0, stderr: '' });
    for (const option of ['--filter QUERY', '--from TIME', '--to TIME', '--fields A,B,...', '--sort FIELD[:desc]']) {
      expect(help.stdout).toContain(option);
    }
    expect(await run('help', 'query')).toEqual(help);
    const widest = Math.max(...(await run('export', '-h')).stdout.split('\n').map((line) => line.length));
    expect(widest).toBeLessThanOrEqual(120);
  });
});

describe('wrong usage ends with 2 and says what would be right', () => {
  const cases: readonly (readonly [readonly string[], string])[] = [
    [
      ['frobnicate'],
      'There is no command "frobnicate". There are info, query, follow, export, stats.\nSee: taillight --help',
    ],
    [['exprot', 'a.log'], 'There is no command "exprot". Did you mean "export"?\nSee: taillight --help'],
    [['query'], 'Give the file to read, or - for standard input.\nSee: taillight query --help'],
    [['query', '-', '-'], 'Standard input can be read only once.\nSee: taillight query --help'],
    [
      ['query', 'access.log', '--filtr', 'x'],
      'There is no option --filtr. Did you mean --filter?\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--filter', 'a', '--filter', 'b'],
      '--filter is given twice.\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--limit', '-1'],
      '--limit needs a value; one that begins with - is written --limit=VALUE.\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--limit=1.5'],
      '--limit takes a whole number from 0 on, not "1.5".\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--output', 'xml'],
      '--output takes text, table, csv, tsv or jsonl, not "xml".\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--bom', '--output', 'jsonl'],
      '--bom does not go with jsonl.\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--neutralize', '--no-neutralize'],
      '--neutralize and --no-neutralize exclude each other.\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--fields', 'time,,path'],
      '--fields takes names with commas between them, not "time,,path".\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--output', 'csv', '--fields', 'tiem'],
      '--fields: there is no field "tiem". Did you mean "time"?\nSee: taillight query --help',
    ],
    [
      ['query', 'access.log', '--sort', 'xyzzy'],
      '--sort: there is no field "xyzzy". There are time, level, path, status, _line, _offset, _file, _raw, _parsed.\n' +
        'See: taillight query --help',
    ],
    [
      ['query', 'access.log', '--from', 'yesterday'],
      '--from takes a time such as 2026-03-01 or 2026-03-01T14:30:00+01:00, not "yesterday".\nSee: taillight query --help',
    ],
    [
      ['info', 'access.log', '--timezone', 'Mars/Phobos'],
      '--timezone: "Mars/Phobos" is not a time zone, such as Europe/Berlin, +03:30, UTC or local.\n' +
        'See: taillight info --help',
    ],
    [['info', 'access.log', '--json=yes'], '--json takes no value.\nSee: taillight info --help'],
    [
      ['info', 'access.log', '--format'],
      '--format needs a value; one that begins with - is written --format=VALUE.\nSee: taillight info --help',
    ],
    [['info', 'access.log', 'other.log'], 'info takes one file, not 2.\nSee: taillight info --help'],
    [['info', 'access.log', '--year', '20260'], '--year takes a year up to 9999.\nSee: taillight info --help'],
    [['export', 'access.log'], 'Say with --out FILE where to write.\nSee: taillight export --help'],
    [
      ['export', 'access.log', '--out', 'out.xlsx'],
      'The name out.xlsx does not tell the form; add --output csv, tsv, jsonl or text.\nSee: taillight export --help',
    ],
    [['stats', 'access.log', '--top', '3'], '--top needs --by FIELD.\nSee: taillight stats --help'],
    [
      ['stats', 'access.log', '--interval', 'hourly'],
      '--interval takes a width such as 10s, 5m, 1h, 1d, 1w or 1mo, not "hourly".\nSee: taillight stats --help',
    ],
    [
      ['-'],
      'Say what to do with standard input, such as: taillight query - --filter "level >= warn"\nSee: taillight --help',
    ],
  ];
  test.each(cases)('taillight %j', async (args, message) => {
    expect(await run(...args)).toEqual({ status: 2, stdout: '', stderr: `taillight: ${message}\n` });
  });
});

test('a filter error shows the place and what would be right', async () => {
  expect(await run('query', 'access.log', '--filter', '도 and statsu=500')).toEqual({
    status: 2,
    stdout: '',
    stderr: [
      'taillight: filter, character 7: There is no field "statsu".',
      '  도 and statsu=500',
      '         ^^^^^^',
      '  try: 도 and time=500',
      '',
    ].join('\n'),
  });
});

test('a file that is not there ends with 1, before anything is written', async () => {
  const { status, stdout, stderr } = await run('query', 'access.log', 'missing.log');
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^taillight: There is no file .*missing\.log\.\n$/);
});

describe('query', () => {
  test('prints whole records', async () => {
    expect(await run('query', 'access.log', '--filter', 'status=500')).toEqual(fine(`${start + 1000} 5 500 =b\n`));
    expect(await run('query', 'access.log', '--filter', 'status=1')).toEqual(fine(''));
  });

  test('leaves formulas alone unless asked', async () => {
    const args = ['query', 'access.log', '--output', 'csv', '--fields', 'path', '--limit', '2'];
    expect(await run(...args)).toEqual(fine('path\n/a\n=b\n'));
    expect(await run(...args, '--neutralize')).toEqual(fine("path\n/a\n'=b\n"));
  });

  test('says that fields have no meaning for text, and prints it', async () => {
    const warning =
      'taillight: warning: --fields says nothing about text, which is whole records; ' +
      'ask for --output csv, tsv, jsonl or table\n';
    expect(await run('query', 'access.log', '--fields', 'path', '--limit', '1')).toEqual(
      fine(`${start} 2 200 /a\n`, warning),
    );
  });

  test('gives the filter, the times, the order and the zone to the view', async () => {
    const queries: ViewQuery[] = [];
    const args = ['--filter', 'status=500 or level=4', '--from', '2026-03-01', '--to', '2026-03-01T12:00Z'];
    await runCli(
      ['query', 'access.log', ...args, '--sort', 'status:desc', '--timezone', 'UTC', '--display-timezone', '+05:30'],
      { logs, queries },
    );
    expect(queries).toEqual([
      {
        filter: '(status=500 or level=4) and time >= "2026-03-01" and time < "2026-03-01T12:00Z"',
        sort: { field: 'status', descending: true },
        zone: '+05:30',
      },
    ]);
  });

  test('gives the common options to the engine', async () => {
    const opened: { path: string; options: OpenOptions | undefined }[] = [];
    const args = [
      '--format',
      'nginx',
      '--encoding',
      'latin1',
      '--timezone',
      'Asia/Seoul',
      '--year',
      '2019',
      '--no-cache',
    ];
    await runCli(['query', join(tmpdir(), 'access.log'), ...args], { logs, opened });
    expect(opened).toEqual([
      {
        path: join(tmpdir(), 'access.log'),
        options: { format: 'nginx', encoding: 'latin1', timezone: 'Asia/Seoul', year: 2019, noCache: true },
      },
    ]);
  });

  test('puts files one after the other under one header, with their names', async () => {
    expect(
      await run('query', 'access.log', 'other.log', '--output', 'csv', '--timezone', 'UTC', '--limit', '4'),
    ).toEqual(
      fine(
        [
          '_file,time,level,message,path,status',
          'access.log,2026-03-01T10:00:00.000Z,info,,/a,200',
          'access.log,2026-03-01T10:00:01.000Z,error,,=b,500',
          'access.log,2026-03-01T11:00:00.000Z,warn,,/c,404',
          'other.log,2026-03-01T10:00:02.000Z,error,failed,,',
          '',
        ].join('\n'),
      ),
    );
  });

  test('merges files in the order asked for, what has no value last', async () => {
    const args = ['--output', 'csv', '--timezone', 'UTC', '--fields', '_file,_line,time', '--sort'];
    const head = '_file,_line,time\n';
    const rows = [
      'access.log,1,2026-03-01T10:00:00.000Z\n',
      'access.log,2,2026-03-01T10:00:01.000Z\n',
      'other.log,1,2026-03-01T10:00:02.000Z\n',
      'access.log,3,2026-03-01T11:00:00.000Z\n',
    ];
    const none = 'other.log,2,\n';
    expect(await run('query', 'access.log', 'other.log', ...args, 'time')).toEqual(fine(head + rows.join('') + none));
    expect(await run('query', 'other.log', 'access.log', ...args, 'time:desc')).toEqual(
      fine(head + rows.toReversed().join('') + none),
    );
    expect(await run('query', 'other.log', 'access.log', ...args, 'time', '--limit', '1')).toEqual(
      fine(head + rows[0]),
    );
  });

  test('passes over files that the filter cannot be asked of, and says so', async () => {
    expect(await run('query', 'other.log', 'access.log', '--filter', 'status=404')).toEqual(
      fine(
        `${start + 3_600_000} 4 404 /c\n`,
        'taillight: warning: other.log is passed over: There is no field "status".\n',
      ),
    );
    expect((await run('query', 'other.log', 'access.log', '--filter', 'nothing=1')).status).toBe(2);
  });

  test('lays out a table', async () => {
    const args = ['query', 'access.log', '--output', 'table', '--timezone', 'UTC'];
    const table = [
      'time                      level  path  status',
      '2026-03-01T10:00:00.000Z  info   /a       200',
      '2026-03-01T10:00:01.000Z  error  =b       500',
      '2026-03-01T11:00:00.000Z  warn   /c       404',
      '',
    ];
    expect(await run(...args)).toEqual(fine(table.join('\n')));
    expect(await runCli([...args, '--limit', '1'], { logs, columns: 30 })).toEqual(
      fine('time                      lev…\n2026-03-01T10:00:00.000Z  inf…\n'),
    );
  });

  test('shortens long cells and shows no control characters in a table', async () => {
    const path = `\u001b[31m${'가'.repeat(40)}\n`;
    const log = {
      fields,
      rows: [
        { status: 1, path },
        { status: 22, path: 'b' },
      ],
    };
    expect(
      await runCli(['query', 'a.log', '--output', 'table', '--fields', 'path,status'], { logs: { 'a.log': log } }),
    ).toEqual(fine(`path${' '.repeat(56)}  status\n␛[31m${'가'.repeat(27)}…       1\nb${' '.repeat(59)}      22\n`));
  });
});

describe('export', () => {
  test('says how many records lack text', async () => {
    const cut = { ...access, gone: 2 };
    const lacking = 'lack text that is no longer available (the log was cut short, or the spool was full)';
    expect(
      await runCli(['export', 'access.log', '--out', '-', '--output', 'csv', '--fields', 'status'], {
        logs: { 'access.log': cut },
      }),
    ).toEqual(fine('status\n200\n500\n404\n', `taillight: warning: 2 records ${lacking}\n`));
  });

  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'taillight-cli-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('writes the form that the name tells, neutralized', async () => {
    const out = join(folder, 'out.CSV');
    expect(await run('export', 'access.log', '--out', out, '--fields', 'status,path', '--crlf')).toEqual(
      fine('', `taillight: 3 records written to ${out}\n`),
    );
    expect(readFileSync(out, 'utf8')).toBe("status,path\r\n200,/a\r\n500,'=b\r\n404,/c\r\n");
  });

  test('leaves nothing behind when the filter is wrong', async () => {
    const out = join(folder, 'out.csv');
    writeFileSync(out, 'old');
    expect(await run('export', 'access.log', '--out', out, '--filter', 'no=1')).toMatchObject({
      status: 2,
      stdout: '',
    });
    expect(readdirSync(folder)).toEqual(['out.csv']);
    expect(readFileSync(out, 'utf8')).toBe('old');
  });

  test('tells a target that cannot be written before it reads', async () => {
    const out = join(folder, 'missing', 'out.csv');
    expect(await run('export', 'nothing.log', '--out', out)).toEqual({
      status: 1,
      stdout: '',
      stderr: `taillight: Cannot write ${out}: the folder ${join(folder, 'missing')} does not exist; create it.\n`,
    });
  });

  test('refuses to write over the log', async () => {
    const log = join(folder, 'access.log');
    writeFileSync(log, 'log');
    expect(await run('export', log, '--out', log)).toEqual({
      status: 2,
      stdout: '',
      stderr: `taillight: ${log} is the log being read; export to another file.\n`,
    });
    expect(readFileSync(log, 'utf8')).toBe('log');
  });

  test('writes to standard output when the target is -', async () => {
    expect(await run('export', 'access.log', '--out', '-', '--output', 'csv', '--fields', 'path')).toEqual(
      fine("path\n/a\n'=b\n/c\n"),
    );
  });
});

describe('info', () => {
  test('prints one JSON object', async () => {
    const { status, stdout } = await run('info', 'access.log', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      format: 'combined',
      encoding: 'utf-8',
      compression: 'none',
      bytes: 1234,
      lines: 3,
      records: 3,
      unparsed: 0,
      blank: 0,
      headerLines: 0,
      overlong: 0,
      untimed: 0,
      timezone: 'UTC',
      time: { from: '2026-03-01T10:00:00.000Z', to: '2026-03-01T11:00:00.000Z' },
      fields: fields.map(({ name, type }) => ({ name, type, count: 3 })),
    });
  });

  test('prints for people', async () => {
    expect(await run('info', 'access.log', '--display-timezone', 'Europe/Berlin')).toEqual(
      fine(`access.log
  format       Combined access log (combined)
  encoding     utf-8
  compression  none
  size         1.2 kB (1,234 bytes)
  lines        3
  records      3
  unparsed     0
  first time   2026-03-01T11:00:00.000+01:00
  last time    2026-03-01T12:00:00.000+01:00
  time zone    UTC for times that name none

  field   type     records  distinct
  time    instant        3
  level   level          3
  path    text           3
  status  integer        3
`),
    );
  });
});

describe('stats', () => {
  test('prints one JSON object', async () => {
    const { stdout } = await run('stats', 'access.log', '--by', 'level', '--top', '2', '--interval', '1h', '--json');
    expect(JSON.parse(stdout)).toEqual({
      records: 3,
      top: {
        field: 'level',
        values: [
          { value: 'info', count: 1 },
          { value: 'warn', count: 1 },
        ],
        other: 1,
        absent: 0,
        distinct: 3,
      },
      histogram: { interval: '1h', from: '2026-03-01T10:00:00.000Z', buckets: [2, 1], untimed: 0 },
    });
  });

  test('adds files up, ties in the order of values', async () => {
    const { stdout } = await run('stats', 'other.log', 'access.log', '--by', 'level', '--top', '2', '--json');
    expect(JSON.parse(stdout)).toEqual({
      records: 5,
      top: {
        field: 'level',
        values: [
          { value: 'error', count: 2 },
          { value: 'info', count: 1 },
        ],
        other: 1,
        absent: 1,
        distinct: 3,
      },
      histogram: { interval: '1h', from: '2026-03-01T10:00:00.000Z', buckets: [3, 1], untimed: 1 },
    });
  });

  test('prints for people', async () => {
    const bar = '█'.repeat(40);
    expect(await run('stats', 'other.log', 'access.log', '--by', 'level', '--top', '1', '--timezone', 'UTC')).toEqual(
      fine(`5 records

level             records   share
error                   2  40.0 %  ${bar}
(2 other values)        2  40.0 %
(no value)              1  20.0 %

UTC, every 1h     records
2026-03-01 10:00        3  ${bar}
2026-03-01 11:00        1  █████████████▍
(without time)          1
`),
    );
  });
});

test('reads standard input from a spool that is gone afterwards', async () => {
  const opened: { path: string; options: OpenOptions | undefined }[] = [];
  const ran = await runCli(['query', '-', '--output', 'csv', '--fields', '_file,path', '--limit', '1'], {
    logs: { 'standard input': access },
    opened,
    stdin: 'text',
  });
  expect(ran).toEqual(fine('_file,path\nstandard input,/a\n'));
  expect(opened[0].options?.noCache).toBe(true);
  expect(() => readFileSync(opened[0].path)).toThrow('ENOENT');
});

test('ends with the status of the signal when it was stopped', async () => {
  const controller = new AbortController();
  controller.abort(new Stopped(130));
  expect(await runCli(['query', '-'], { logs, signal: controller.signal })).toEqual({
    status: 130,
    stdout: '',
    stderr: '',
  });
});
