import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { createOutput, ignoreErrorEvents, PipeClosed } from '../../../src-main/hosts/cli/output.ts';

function failing(code: string): Writable {
  const stream = new Writable({
    write: (_chunk, _encoding, done) => done(Object.assign(new Error(code), { code })),
  });
  ignoreErrorEvents(stream);
  return stream;
}

test('a write waits until the system has taken it', async () => {
  const taken: string[] = [];
  let release = (): void => undefined;
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      release = () => {
        taken.push(String(chunk));
        done();
      };
    },
  });
  const writing = createOutput({ stdout })
    .write('a')
    .then(() => taken.push('resolved'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(taken).toEqual([]);
  release();
  await writing;
  expect(taken).toEqual(['a', 'resolved']);
});

test('a reader that went away is told apart from a disk that is full', async () => {
  const gone = createOutput({ stdout: failing('EPIPE') });
  await expect(gone.write('a')).rejects.toBeInstanceOf(PipeClosed);
  // The stream is destroyed by now.
  await expect(gone.write('b')).rejects.toBeInstanceOf(PipeClosed);
  await expect(createOutput({ stdout: failing('ENOSPC') }).write('a')).rejects.toThrow(
    'No space left to write standard output',
  );
});
