import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  closeSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const repository = join(import.meta.dirname, '..', '..');
const cli = join(repository, 'dist', 'main', 'cli.js');
const fixtures = join(repository, 'test', 'fixtures', 'cli');
const access = join(fixtures, 'access.log');
const app = join(fixtures, 'app.jsonl');

let folder = '';
let spools = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'taillight-cli-'));
  spools = join(folder, 'tmp');
  mkdirSync(spools);
});

afterEach(() => {
  const left = readdirSync(spools);
  if (left.length > 0) throw new Error(`A command left its spool behind: ${left.join(', ')}`);
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function environment(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    TAILLIGHT_CONFIG: join(folder, 'config'),
    TAILLIGHT_CACHE: join(folder, 'cache'),
    TMPDIR: spools,
    TZ: 'UTC',
  };
}

function run(args: readonly string[], input: string | Uint8Array = ''): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    input,
    env: environment(),
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const fine = (stdout: string): Ran => ({ status: 0, stdout, stderr: '' });
const lines = (...texts: readonly string[]): string => texts.map((text) => `${text}\n`).join('');
const accessLines = readFileSync(access, 'utf8').trimEnd().split('\n');

test('a format file with an error is told of and left out', () => {
  const formats = join(folder, 'config', 'formats');
  mkdirSync(formats, { recursive: true });
  writeFileSync(join(formats, 'mine.json'), '{ "name": "mine", "pattern": "(?<message" }');
  const { status, stdout, stderr } = run(['query', access, '--fields', 'status', '--output', 'csv', '--limit', '1']);
  expect(status).toBe(0);
  expect(stdout.split('\n')[0]).toBe('status');
  expect(stderr).toMatch(/^taillight: warning: .*mine\.json.*\n$/);
});

test('a pipe is read as standard input is', () => {
  const command = `"${process.execPath}" "${cli}" query <(head -n 3 "${access}") "${app}" --fields _file,status --output csv`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', command], { env: environment(), encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const rows = stdout.trimEnd().split('\n').slice(1);
  expect(rows.length).toBe(3 + readFileSync(app, 'utf8').trimEnd().split('\n').length);
  expect(rows.filter((row) => !row.startsWith('app.jsonl'))).toHaveLength(3);
});

describe('info', () => {
  test('tells format, counts, times and fields', () => {
    const { status, stdout, stderr } = run(['info', access, '--json']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    const { fields, ...info } = JSON.parse(stdout);
    expect(info).toEqual({
      format: 'access-log',
      encoding: 'utf-8',
      compression: 'none',
      bytes: readFileSync(access).length,
      lines: 7,
      records: 7,
      unparsed: 1,
      blank: 0,
      headerLines: 0,
      overlong: 0,
      untimed: 1,
      timezone: 'UTC',
      time: { from: '2026-03-01T08:59:59.000Z', to: '2026-03-01T10:30:00.000Z' },
    });
    const counts = Object.fromEntries(
      fields.map(({ name, type, count }: Record<string, unknown>) => [name, [type, count]]),
    );
    expect(counts).toMatchObject({
      time: ['instant', 6],
      level: ['level', 6],
      client_ip: ['text', 6],
      user: ['text', 2],
      path: ['text', 6],
      query: ['text', 1],
      status: ['integer', 6],
      bytes: ['integer', 5],
      referrer: ['text', 2],
      user_agent: ['text', 5],
    });
  });

  test('reads standard input, compressed too', () => {
    const plain = run(['info', access, '--json']);
    expect(run(['info', '-', '--json'], readFileSync(access))).toEqual(plain);
    const { compression, ...packed } = JSON.parse(run(['info', '-', '--json'], gzipSync(readFileSync(access))).stdout);
    expect({ ...packed, compression: 'none' }).toEqual(JSON.parse(plain.stdout));
    expect(compression).toBe('gzip');
    expect(run(['info', access]).stdout).toMatch(/^access\.log\n {2}format +Combined access log/);
  });
});

describe('query', () => {
  test('prints the records that match as they are', () => {
    expect(run(['query', access, '--filter', 'status >= 500'])).toEqual(fine(lines(accessLines[3], accessLines[6])));
    expect(run(['query', access])).toEqual(fine(lines(...accessLines)));
    expect(run(['query', access, '--filter', 'status : 999'])).toEqual(fine(''));
  });

  test('prints JSON lines', () => {
    expect(run(['query', access, '--filter', 'user : anna', '--output', 'jsonl'])).toEqual(
      fine(
        lines(
          '{"_line":3,"time":"2026-03-01T09:00:04.000Z","level":"info","client_ip":"198.51.100.24","user":"anna",' +
            '"method":"POST","path":"/api/cart","protocol":"HTTP/1.1","status":201,"bytes":64,' +
            '"referrer":"https://shop.example/, the shop","user_agent":"curl/8.5"}',
          '{"_line":4,"time":"2026-03-01T09:00:09.000Z","level":"error","client_ip":"198.51.100.24","user":"anna",' +
            '"method":"GET","path":"/api/cart","protocol":"HTTP/1.1","status":502,"bytes":157,' +
            '"user_agent":"=SUM(1,2)"}',
        ),
      ),
    );
  });

  test('keeps JSON values of every kind', () => {
    const { stdout } = run(['query', app, '--output', 'jsonl']);
    expect(stdout.split('\n')).toEqual([
      '{"_line":1,"time":"2026-03-01T09:00:02.500Z","level":"error","message":"payment failed",' +
        '"order":"12345678901234567890","tags":["a",1],"__proto__":"p"}',
      '{"_line":2,"time":"2026-03-01T09:00:00.250Z","level":"info","message":"started","nested.port":8080,"nested.tls":true}',
      '{"_line":3,"level":"warn","message":"no time, \\"quoted\\"","order":7}',
      '',
    ]);
  });

  test('prints CSV in the zone asked for', () => {
    const args = ['query', access, '--output', 'csv', '--fields', 'time,status,referrer,user_agent,_line'];
    expect(run([...args, '--filter', 'status >= 201', '--display-timezone', 'Asia/Seoul'])).toEqual(
      fine(
        lines(
          'time,status,referrer,user_agent,_line',
          '2026-03-01T18:00:04.000+09:00,201,"https://shop.example/, the shop",curl/8.5,3',
          '2026-03-01T18:00:09.000+09:00,502,,"=SUM(1,2)",4',
          '2026-03-01T19:30:00.000+09:00,404,,,6',
          '2026-03-01T17:59:59.000+09:00,500,,Googlebot/2.1,7',
        ),
      ),
    );
  });

  test('narrows to times in the display zone, half-open', () => {
    const fields = ['--output', 'csv', '--fields', '_line'];
    const times = ['--from', '2026-03-01T10:00:01', '--to', '2026-03-01T10:00:09'];
    expect(run(['query', access, ...fields, ...times, '--timezone', 'Europe/Berlin'])).toEqual(
      fine(lines('_line', '2', '3')),
    );
    expect(run(['query', access, ...fields, ...times, '--timezone', 'UTC'])).toEqual(fine(lines('_line')));
    expect(run(['query', access, ...fields, '--from', '2026-03-01T10:30Z'])).toEqual(fine(lines('_line', '6')));
    const or = ['--filter', 'status : 404 or status : 500', '--to', '2026-03-01T09:30'];
    expect(run(['query', access, ...fields, ...or])).toEqual(fine(lines('_line', '7')));
  });

  test('says that times cannot be narrowed where there are none', () => {
    const plain = join(folder, 'plain.txt');
    writeFileSync(plain, 'one\ntwo\n');
    expect(run(['query', plain, '--from', '2026-03-01'])).toEqual({
      status: 2,
      stdout: '',
      stderr:
        `taillight: ${plain} has no times (Plain text), so --from and --to cannot be used.\n` +
        'See: taillight query --help\n',
    });
    expect(run(['query', plain, access, '--from', '2026-03-01T10:30'])).toEqual({
      status: 0,
      stdout: lines(accessLines[5]),
      stderr: `taillight: warning: ${plain} is passed over: ${plain} has no times (Plain text), so --from and --to cannot be used.\n`,
    });
    expect(run(['query', access, '--from', '2026-02-31'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--from or --to: '),
    });
  });

  test('sorts, absent last, and limits', () => {
    const args = ['query', access, '--output', 'tsv', '--fields', '_line,bytes', '--sort'];
    expect(run([...args, 'bytes:desc'])).toEqual(
      fine(lines('_line\tbytes', '1\t5120', '2\t812', '4\t157', '3\t64', '7\t31', '5\t', '6\t')),
    );
    expect(run([...args, 'bytes', '--limit', '2'])).toEqual(fine(lines('_line\tbytes', '7\t31', '3\t64')));
    expect(run([...args, 'bytes', '--limit', '0'])).toEqual(fine(lines('_line\tbytes')));
  });

  test('puts several files together', () => {
    const fields = ['--output', 'csv', '--fields', '_file,_line,level'];
    expect(run(['query', app, access, ...fields, '--filter', 'level >= error'])).toEqual(
      fine(lines('_file,_line,level', 'app.jsonl,1,error', 'access.log,4,error', 'access.log,7,error')),
    );
    expect(run(['query', app, access, ...fields, '--filter', 'level >= error', '--sort', 'time:desc'])).toEqual(
      fine(lines('_file,_line,level', 'access.log,4,error', 'app.jsonl,1,error', 'access.log,7,error')),
    );
    const { stdout } = run(['query', app, access, '--output', 'jsonl', '--limit', '4']);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => Object.keys(JSON.parse(line)).slice(0, 2)),
    ).toEqual(Array.from({ length: 4 }, () => ['_line', '_file']));
  });

  test('sorts several files into the same bytes as one file sorted', () => {
    const whole = join(folder, 'whole.log');
    const parts = [join(folder, 'a.log'), join(folder, 'b.log')];
    writeFileSync(whole, lines(...accessLines));
    writeFileSync(parts[0], lines(...accessLines.slice(0, 3)));
    writeFileSync(parts[1], lines(...accessLines.slice(3)));
    const cases = [
      ['time', 'text'],
      ['status:desc', 'csv'],
      ['path', 'jsonl'],
      ['bytes', 'table'],
    ] as const;
    for (const [sort, output] of cases) {
      const args = ['--sort', sort, '--output', output, '--fields', 'time,status,path,bytes,user_agent,_parsed'];
      const sorted = (files: readonly string[]): string => withoutLines(run(['query', ...files, ...args]).stdout);
      expect(sorted(parts)).toBe(sorted([whole]));
    }
  });

  test('prints a table', () => {
    const args = ['query', access, '--output', 'table', '--fields', '_line,time,status,path', '--limit', '2'];
    expect(run(args)).toEqual(
      fine(
        lines(
          '_line  time                      status  path',
          '    1  2026-03-01T09:00:00.000Z     200  /',
          '    2  2026-03-01T09:00:01.000Z     200  /style.css',
        ),
      ),
    );
  });
});

/** Line numbers are those of each file. */
const withoutLines = (text: string): string => text.replaceAll(/"_line":\d+,/g, '');

describe('export', () => {
  test('writes exactly what query prints, neutralized', () => {
    const out = join(folder, 'out.csv');
    const exported = run(['export', access, '--out', out, '--filter', 'status >= 201', '--bom', '--crlf']);
    expect(exported).toEqual({ status: 0, stdout: '', stderr: `taillight: 4 records written to ${out}\n` });
    const options = ['--filter', 'status >= 201', '--bom', '--crlf', '--neutralize'];
    const printed = run(['query', access, '--output', 'csv', ...options]);
    expect(readFileSync(out, 'utf8')).toBe(printed.stdout);
    expect(printed.stdout).toContain(`"'=SUM(1,2)"\r\n`);
    expect(readdirSync(folder).toSorted()).toEqual(['cache', 'out.csv', 'tmp']);
  });

  test('does not write over the log', () => {
    const log = join(folder, 'access.log');
    copyFileSync(access, log);
    expect(run(['export', log, '--out', log])).toMatchObject({ status: 2, stdout: '' });
    expect(readFileSync(log)).toEqual(readFileSync(access));
  });

  test('tells a folder that does not exist, and a full disk', () => {
    const out = join(folder, 'missing', 'out.csv');
    expect(run(['export', access, '--out', out])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('does not exist; create it'),
    });
    if (!existsSync('/dev/full')) return;
    expect(run(['export', access, '--out', '/dev/full', '--output', 'csv'])).toMatchObject({
      status: 1,
      stderr: 'taillight: No space left to write /dev/full; free some or choose another disk.\n',
    });
  });
});

describe('stats', () => {
  test('counts records, values and times', () => {
    const options = ['--interval', '30m', '--timezone', 'UTC', '--json'];
    const { stdout, status } = run(['stats', access, '--by', 'status', '--top', '2', ...options]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      records: 7,
      top: {
        field: 'status',
        values: [
          { value: 200, count: 2 },
          { value: 201, count: 1 },
        ],
        other: 3,
        absent: 1,
        distinct: 5,
      },
      histogram: { interval: '30m', from: '2026-03-01T08:30:00.000Z', buckets: [1, 4, 0, 0, 1], untimed: 1 },
    });
  });

  test('counts several files in the same buckets', () => {
    const { stdout } = run(['stats', access, app, '--by', 'level', '--interval', '1h', '--json']);
    expect(JSON.parse(stdout)).toEqual({
      records: 10,
      top: {
        field: 'level',
        values: [
          { value: 'info', count: 4 },
          { value: 'error', count: 3 },
          { value: 'warn', count: 2 },
        ],
        other: 0,
        absent: 1,
        distinct: 3,
      },
      histogram: { interval: '1h', from: '2026-03-01T08:00:00.000Z', buckets: [1, 6, 1], untimed: 2 },
    });
  });

  test('prints bars', () => {
    expect(run(['stats', access, '--by', 'method']).stdout).toMatch(
      /^7 records\n\nmethod +records +share\nGET +5 +71\.4 % +█/,
    );
  });
});

describe('errors', () => {
  test('a damaged file is read as far as it goes, and ends with 1', () => {
    const cut = join(folder, 'cut.log.gz');
    // Random bytes do not compress, so that half of the file is about half of the log.
    const log = Buffer.from(
      Array.from({ length: 5000 }, (_, at) => `${at} ${randomBytes(30).toString('hex')}\n`).join(''),
    );
    const packed = gzipSync(log);
    writeFileSync(cut, packed.subarray(0, packed.length / 2));
    const { status, stdout, stderr } = run(['query', cut]);
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('is damaged or cut short') });
    expect(stdout.length).toBeGreaterThan(log.length / 4);
    expect(log.toString().startsWith(stdout.slice(0, -1))).toBe(true);
    expect(run(['export', cut, '--out', join(folder, 'out.csv')])).toMatchObject({ status: 1 });
    expect(existsSync(join(folder, 'out.csv'))).toBe(false);
  });

  test('a log that is still empty is no error, but a filter that cannot be read is', () => {
    const empty = join(folder, 'empty.log');
    writeFileSync(empty, '');
    const options = ['--filter', 'status >= 500', '--from', '2026-03-01', '--sort', 'status'];
    expect(run(['query', empty, ...options])).toEqual(fine(''));
    expect(run(['query', empty, '--output', 'csv', '--fields', 'time,status', ...options])).toEqual(
      fine('time,status\n'),
    );
    const { stdout } = run(['stats', empty, '--by', 'status', '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ records: 0, top: { values: [] }, histogram: { buckets: [] } });
    expect(run(['query', empty, '--filter', 'status >='])).toMatchObject({ status: 2, stdout: '' });
  });

  test('a file that cannot be read ends with 1', () => {
    expect(run(['info', join(folder, 'missing.log')])).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining('missing.log'),
    });
    expect(run(['info', folder])).toMatchObject({ status: 1, stdout: '' });
  });

  test('a wrong filter ends with 2 and shows the place', () => {
    const { status, stdout, stderr } = run(['query', access, '--filter', 'method : GET and statsu >= 500']);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    const shown = stderr.split('\n');
    expect(shown[0]).toMatch(/^taillight: filter, character 18: .*statsu/);
    expect(shown.slice(1)).toEqual([
      '  method : GET and statsu >= 500',
      '                   ^^^^^^',
      '  try: method : GET and status >= 500',
      '',
    ]);
  });

  test('a filter that does not end is shown with the times left out', () => {
    const { status, stderr } = run(['query', access, '--filter', '(status : 200', '--from', '2026-03-01']);
    expect(status).toBe(2);
    expect(stderr).toContain('\n  (status : 200\n');
    expect(stderr).not.toContain('time');
  });

  test('an unknown format ends with 2', () => {
    expect(run(['info', access, '--format', 'no-such-format'])).toMatchObject({
      status: 2,
      stdout: '',
      stderr: expect.stringContaining('no-such-format'),
    });
  });

  test('wrong settings are told with their file', () => {
    mkdirSync(join(folder, 'config'));
    writeFileSync(join(folder, 'config', 'settings.json'), '{"workers": "all"}');
    expect(run(['info', access])).toMatchObject({
      status: 2,
      stderr: `taillight: ${join(folder, 'config', 'settings.json')}: "workers" must be a whole number from 1 to 64, not "all".\n`,
    });
  });
});

describe('a process among others', () => {
  /** A log that does not fit into a pipe. */
  function longLog(): string {
    const path = join(folder, 'long.log');
    writeFileSync(path, accessLines[0].concat('\n').repeat(20_000));
    return path;
  }

  test('ends quietly when the reader of its output goes away', async () => {
    const child = spawn(process.execPath, [cli, 'query', longLog()], { env: environment() });
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once('exit', resolve));
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  test('tells that standard output is full', () => {
    if (!existsSync('/dev/full')) return;
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [cli, 'query', access], {
        env: environment(),
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: 'taillight: No space left to write standard output; free some or choose another disk.\n',
      });
    } finally {
      closeSync(full);
    }
  });

  test('ends with 130 when interrupted, and leaves no spool and no part of an export', async () => {
    const out = join(folder, 'out.csv');
    writeFileSync(out, 'old');
    // Standard input stays open, so the command waits in the middle of its work.
    const child = spawn(process.execPath, [cli, 'export', '-', '--out', out], { env: environment() });
    child.stdin.write(accessLines[0]);
    await until(() => readdirSync(spools).length > 0);
    child.kill('SIGINT');
    const status = await new Promise((resolve) => child.once('exit', resolve));
    expect(status).toBe(130);
    expect(readFileSync(out, 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.endsWith('.part') || name.startsWith('.'))).toEqual([]);
  });

  test('works as the command of the package', () => {
    const launcher = join(repository, 'src-main', 'hosts', 'launch.mjs');
    const { status, stdout } = spawnSync(process.execPath, [launcher, 'query', access, '--filter', 'status : 404'], {
      env: environment(),
      encoding: 'utf8',
      cwd: folder,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: lines(accessLines[5]) });
  });
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 10));
}
