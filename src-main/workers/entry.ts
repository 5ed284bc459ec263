/**
 * Where the built worker and the files beside it are. Workers always start from the bundle in dist/main,
 * also when the caller runs from source (vitest), so that one file is what tests and users run.
 * Inside a packaged app they lie next to app.asar, unpacked: Node starts workers and opens wasm by real path.
 */

/** The URL of a file in dist/main, for a caller in dist/main or in this source file. */
export function builtFile(name: string): URL {
  return builtFileFrom(import.meta.url, name);
}

/** The URL to give to `new Worker`. */
export function workerEntry(): URL {
  return builtFile('worker-start.cjs');
}

/** As `builtFile`, seen from the module at `moduleUrl`. */
export function builtFileFrom(moduleUrl: string, name: string): URL {
  const folder = moduleUrl.endsWith('/src-main/workers/entry.ts') ? '../../dist/main/' : './';
  const url = new URL(folder + name, moduleUrl);
  url.pathname = url.pathname.replace(/\/app\.asar\//, '/app.asar.unpacked/');
  return url;
}
