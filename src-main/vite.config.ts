/**
 * Bundles of the Node side, into dist/main. `mode` picks the bundle, because each needs its own output form:
 * hosts (ES modules that may share chunks), worker and program (each one CommonJS file that compiled.mjs runs),
 * preload (one CommonJS file). Called by build.mjs, which sets the entries that exist and the output folder.
 */
import { builtinModules } from 'node:module';
import { defineConfig, type UserConfig } from 'vite';

const external = ['electron', /^electron\//, 'original-fs', /^node:/, ...builtinModules];
/** `ws` tries these native accelerators and works without them. */
const optional = ['bufferutil', 'utf-8-validate'];

/** No module of ours does anything as it is imported, so what is not used of it is left out. */
const ours = /\/src-(?:main|shared)\//;

const bundles = ['hosts', 'program', 'worker', 'preload'] as const;
type Bundle = (typeof bundles)[number];

/**
 * Every worker reads its bundle anew as it starts, so comments and blanks go; names stay. Not of the hosts, because Node
 * shows the line of an uncaught error, which would be all of them.
 */
const minify = { mangle: false, compress: false } as const;

function output(bundle: Bundle): NonNullable<NonNullable<UserConfig['build']>['rolldownOptions']>['output'] {
  switch (bundle) {
    case 'hosts':
      // Chunks lie beside the entries: workers/entry.ts finds built files next to the module that holds it.
      return { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' };
    case 'program':
      return { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false };
    case 'worker':
      return { format: 'cjs', minify, entryFileNames: '[name].cjs', codeSplitting: false };
    case 'preload':
      // A sandboxed preload must be a single CommonJS file.
      return { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false };
  }
}

function asBundle(mode: string): Bundle {
  const bundle = bundles.find((known) => known === mode);
  if (bundle !== undefined) return bundle;
  throw new Error(`src-main/vite.config.ts: --mode must be one of ${bundles.join(', ')}, not "${mode}"`);
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
    rolldownOptions: {
      external: [...external, ...optional],
      output: output(asBundle(mode)),
      treeshake: { moduleSideEffects: (id) => !ours.test(id) },
    },
  },
}));
