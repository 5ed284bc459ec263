/** What a referrer tells: the site it comes from, and what was searched for there. Plain text work, as GoAccess does. */

/** `www.example.org` of `https://www.example.org/a?b`; undefined where there is no scheme. The port stays. */
export function siteOf(referrer: string): string | undefined {
  const match = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]+)/i.exec(referrer);
  return match?.[1];
}

/** Hosts of search engines, and the parameters in which they carry what was sought. */
const engines: readonly { readonly host: RegExp; readonly keys: readonly string[] }[] = [
  { host: /(?:^|\.)google\./i, keys: ['q', 'as_q'] },
  { host: /(?:^|\.)bing\.com$/i, keys: ['q'] },
  { host: /(?:^|\.)duckduckgo\.com$/i, keys: ['q'] },
  { host: /(?:^|\.)yahoo\./i, keys: ['p', 'q'] },
  { host: /(?:^|\.)yandex\./i, keys: ['text'] },
  { host: /(?:^|\.)baidu\.com$/i, keys: ['wd', 'word'] },
  { host: /(?:^|\.)ecosia\.org$/i, keys: ['q'] },
  { host: /(?:^|\.)qwant\.com$/i, keys: ['q'] },
];

/** What was searched for, decoded; undefined where the referrer is no search. */
export function keyphraseOf(referrer: string): string | undefined {
  const site = siteOf(referrer);
  const engine = site === undefined ? undefined : engines.find(({ host }) => host.test(site));
  if (engine === undefined) return undefined;
  const mark = referrer.search(/[?#]/);
  if (mark < 0) return undefined;
  for (const pair of referrer.slice(mark + 1).split(/[&#]/)) {
    const equals = pair.indexOf('=');
    if (equals > 0 && engine.keys.includes(pair.slice(0, equals))) {
      const phrase = decoded(pair.slice(equals + 1)).trim();
      return phrase === '' ? undefined : phrase;
    }
  }
  return undefined;
}

function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    // Not UTF-8, or a percent sign of its own.
    return spaced;
  }
}
