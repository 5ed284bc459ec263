/**
 * The values of derived fields (src-shared/model/derived.ts): text to text, and instants to parts of the clock.
 * Runs in workers, once for each distinct text.
 */
import { wallClock, zoneOffsetMs } from '../../src-shared/model/zone.ts';
import { keyphraseOf, siteOf } from './referrer.ts';
import { type Agent, readAgent } from './user-agent.ts';

export type DeriveText = (text: string) => string | undefined;

/** The last agent, since its three fields are often asked for one after the other. */
function agentReader(part: keyof Agent): DeriveText {
  return (text) => readAgent(text)[part];
}

const ofText: ReadonlyMap<string, DeriveText> = new Map<string, DeriveText>([
  ['user_agent.browser', agentReader('browser')],
  ['user_agent.system', agentReader('system')],
  ['user_agent.kind', agentReader('kind')],
  ['referrer.site', siteOf],
  ['referrer.keyphrase', keyphraseOf],
  ['exception.class', exceptionClass],
]);

/** For a field that follows from a text; undefined for others. */
export const deriveText = (name: string): DeriveText | undefined => ofText.get(name);

/** `java.io.IOException` of `java.io.IOException: disk full`: what stands before the first colon and a space, or all. */
function exceptionClass(text: string): string {
  const match = /^[^\s:(]+(?:::[^\s:(]+)*/.exec(text);
  return match?.[0] ?? text;
}

/** For a field that follows from an instant, on the clock of a zone; undefined for others. */
export function deriveInstant(name: string, zone: string): ((instantMs: number) => number) | undefined {
  switch (name) {
    case 'time.hour':
      return (at) => wallClock(zone, at).hour;
    case 'time.weekday':
      return (at) => weekdayOf(Math.floor((at + zoneOffsetMs(zone, at)) / dayMs));
    default:
      return undefined;
  }
}

const dayMs = 86_400_000;

/** 1 (Monday) to 7, of days since 1970-01-01, which was a Thursday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1;

/** The list that GoAccess is delivered with, and what came up since. */
export const staticEndings: ReadonlySet<string> = new Set(
  (
    'css js jpg jpeg png gif ico svg webp avif bmp tiff tif pdf txt csv mpeg mpg swf woff woff2 ttf otf eot xls xlsx doc docx ' +
    'ppt pptx zip ogg mp3 mp4 webm avi flv exe iso dmg gz rar tar tgz xz zst map'
  ).split(' '),
);

/** By its ending, in any case: a file that a server hands out as it is. */
export function isStaticFile(path: string): boolean {
  const dot = path.lastIndexOf('.');
  return dot >= 0 && path.length - dot <= 6 && staticEndings.has(path.slice(dot + 1).toLowerCase());
}

const dot = 46;
/** Bytes of the longest ending and its dot. */
const longestEnding = 6;

/** The same for a path as bytes, without reading all of it. */
export function isStaticName(bytes: Uint8Array, from: number, to: number): boolean {
  let at = to - 1;
  const first = Math.max(from, to - longestEnding);
  while (at >= first && bytes[at] !== dot) at--;
  if (at < first) return false;
  let ending = '';
  for (let next = at + 1; next < to; next++) ending += String.fromCharCode(bytes[next]);
  return staticEndings.has(ending.toLowerCase());
}
