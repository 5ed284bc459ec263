/**
 * Bundles of the Node side, into dist/main. `mode` picks the bundle, because each needs its own output form:
 * hosts (ES modules that may share chunks), worker (one ES module without chunks), preload (one CommonJS file).
 * Called by build.mjs, which sets the entries that exist and the output folder.
 */
import { builtinModules } from 'node:module';
import { defineConfig, type UserConfig } from 'vite';

const external = ['electron', /^electron\//, 'original-fs', /^node:/, ...builtinModules];
/** `ws` tries these native accelerators and works without them. */
const optional = ['bufferutil', 'utf-8-validate'];

type Bundle = 'hosts' | 'worker' | 'preload';

/**
 * Every worker reads its bundle anew as it starts, so comments and blanks go; names stay. Not of the hosts, because Node
 * shows the line of an uncaught error, which would be all of them.
 */
const minify = { mangle: false, compress: false } as const;

function output(bundle: Bundle): NonNullable<NonNullable<UserConfig['build']>['rolldownOptions']>['output'] {
  switch (bundle) {
    case 'hosts':
      // Chunks lie beside the entries: workers/entry.ts finds worker.mjs next to the module that holds it.
      return { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
    case 'worker':
      // `.mjs`, because no package.json says "module" outside app.asar.
      return { format: 'es', minify, entryFileNames: '[name].mjs', codeSplitting: false };
    case 'preload':
      // A sandboxed preload must be a single CommonJS file.
      return { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false };
  }
}

function asBundle(mode: string): Bundle {
  if (mode === 'hosts' || mode === 'worker' || mode === 'preload') return mode;
  throw new Error(`src-main/vite.config.ts: --mode must be hosts, worker or preload, not "${mode}"`);
}

export default defineConfig(({ mode }) => ({
  root: import.meta.dirname,
  logLevel: 'warn',
  resolve: { conditions: ['node', 'module', 'import', 'default'] },
  ssr: { target: 'node', noExternal: true },
  build: {
    ssr: true,
    target: 'node20',
    sourcemap: true,
    minify: false,
    emptyOutDir: false,
    reportCompressedSize: false,
    rolldownOptions: { external: [...external, ...optional], output: output(asBundle(mode)) },
  },
}));
