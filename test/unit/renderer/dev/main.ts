/**
 * The window over the engine in memory, for work on its looks and on logs of any length:
 * `npx vite test/unit/renderer/dev`, then e.g. `?files=/var/log/huge.log&indexMs=5000&latencyMs=20`.
 */
import { startWindow } from '../../../../src-renderer/app/start.tsx';
import { createChannelPair, serve } from '../../../../src-shared/rpc/index.ts';
import { createFakeEngine, fakeFiles } from '../fake/fake-engine.ts';

const query = new URLSearchParams(location.search);
const engine = createFakeEngine({
  files: query.get('files')?.split(',') ?? Object.keys(fakeFiles),
  indexMs: Number(query.get('indexMs') ?? 0),
  latencyMs: Number(query.get('latencyMs') ?? 0),
});
const [here, there] = createChannelPair();
serve(there, engine.handlers, engine.subscribe);
Reflect.set(window, 'engine', engine);
startWindow(async () => here);
