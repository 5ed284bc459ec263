/** The task that reads a source in order before it is indexed in parallel. */
import { EngineError } from '../../src-shared/errors.ts';
import type { CutPoint } from '../formats/index.ts';
import { formatFor } from '../formats/index.ts';
import type { Tasks } from './tasks.ts';
import { readFully, type TaskContext } from './source-state.ts';

const chunkBytes = 1 << 20;

export function runPrescan(
  request: Tasks['prescan']['request'],
  part: (part: Tasks['prescan']['part']) => void,
  context: TaskContext,
): readonly CutPoint[] {
  const format = formatFor(request.format);
  if (format.createPrescan === undefined) throw new EngineError('internal', `${format.name} has no prescan`);
  const prescan = format.createPrescan(request.parser);
  const bytes = Buffer.allocUnsafe(chunkBytes);
  for (let at = request.from; at < request.to;) {
    context.beat();
    const got = readFully(request.fd, bytes, 0, Math.min(chunkBytes, request.to - at), at);
    if (got === 0) break;
    prescan.chunk(bytes, got, at);
    at += got;
    part({ bytes: at });
  }
  return prescan.finish();
}
