/**
 * Small parser bugs that are planted in a copy of the built program, to show that the comparison notices them. Each is
 * a change of text; bundles are not minified. A bug whose text is no longer found is reported as such, never passed over.
 */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Bug
 * @property {string} name
 * @property {readonly string[]} cases names of cases in which it must show
 * @property {RegExp} text what is changed, wherever it stands
 * @property {string} changed
 */

/** @type {readonly Bug[]} */
export const seededBugs = [
  {
    name: 'status 500 is no error, only 501 and above',
    cases: ['generated access'],
    text: /(\w+ )>= 500( && \w+ < 600)/g,
    changed: '$1> 500$2',
  },
  {
    name: 'the query string begins at @',
    cases: ['generated access'],
    text: /(var questionMark\S* = )63;/g,
    changed: '$1 64;',
  },
  {
    name: 'stack traces of Python are not seen',
    cases: ['generated app'],
    text: /"Traceback \(most recent call last\)"/g,
    changed: '"Traceback (most recent calls last)"',
  },
  {
    name: 'durations of pino are not found',
    cases: ['generated json'],
    text: /"responseTime"/g,
    changed: '"responseTimes"',
  },
];

/**
 * Plants a bug in the program of a folder. Answers the changed files, or undefined where its text is not found.
 * @param {Bug} bug @param {string} folder @returns {string | undefined}
 */
export function plantBug(bug, folder) {
  const changed = readdirSync(folder).filter((name) => {
    if (!/\.[cm]?js$/.test(name)) return false;
    const path = join(folder, name);
    const before = readFileSync(path, 'utf8');
    const after = before.replaceAll(bug.text, bug.changed);
    if (after !== before) writeFileSync(path, after);
    return after !== before;
  });
  return changed.length === 0 ? undefined : changed.join(', ');
}
