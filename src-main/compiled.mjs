/**
 * Bundles that start with the code V8 made of them at build time, so that no program and no worker compiles all of it
 * anew. The code lies beside its bundle (`worker.cjs` and `worker.cjs.code`), and holds for one version of V8 and
 * for one text; without it, or with another V8 such as Electron's, the bundle is compiled as usual.
 * Plain JavaScript, because build.mjs needs it too.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Script } from 'node:vm';

/** A code file begins with the digest of its bundle; V8 itself compares no more than lengths. */
const digestBytes = 32;

/** What belongs into the code file of a bundle. @param {string} path of the bundle */
export function compile(path) {
  const source = readFileSync(path);
  return Buffer.concat([digestOf(source), scriptOf(path, source, undefined).createCachedData()]);
}

/** Runs a CommonJS bundle by its absolute path. @param {string} path @returns {unknown} what it exports */
export function runCompiled(path) {
  const source = readFileSync(path);
  const module = { exports: {} };
  scriptOf(path, source, readCode(path, source)).runInThisContext()(
    module.exports,
    createRequire(path),
    module,
    path,
    dirname(path),
  );
  return module.exports;
}

/** @param {string} path @param {Buffer} source @param {Buffer | undefined} cachedData */
function scriptOf(path, source, cachedData) {
  const text = `(function (exports, require, module, __filename, __dirname) {${source.toString('utf8')}\n})`;
  return new Script(text, { filename: path, ...(cachedData === undefined ? {} : { cachedData }) });
}

/** @param {string} path @param {Buffer} source @returns {Buffer | undefined} */
function readCode(path, source) {
  let code;
  try {
    code = readFileSync(`${path}.code`);
  } catch {
    return undefined;
  }
  return code.subarray(0, digestBytes).equals(digestOf(source)) ? code.subarray(digestBytes) : undefined;
}

/** @param {Buffer} source */
const digestOf = (source) => createHash('sha256').update(source).digest();
