/**
 * What a user agent says of itself: browser, system, and whether it is a program that comes by itself. Parsed by
 * Bowser (MIT) for people's browsers; robots are told by the words they use for themselves, of which Bowser knows few.
 */
import Bowser from 'bowser';

export interface Agent {
  readonly browser: string;
  readonly system: string;
  readonly kind: 'robot' | 'person';
}

/** A name that ends with or contains one of these words; `+http` and a mail address are how robots say whose they are. */
const robotWords =
  /bot\b|bot[-_/ ]|spider|crawl|slurp|fetch|feed|\brss|scan|monitor|archiv|preview|validator|checker|facebookexternalhit|embedly|pingdom|uptime|headless|\+https?:|^(?:curl|wget|python|java|go-http|okhttp|libwww|lwp|ruby|php|perl|apache-httpclient|node|axios|httpie|zgrab|masscan|nmap|sqlmap)/i;

/** The product that calls itself a robot: the first `Name/1.0` or `Name` that has such a word in it. */
const robotName = /[\w.!-]*(?:bot|spider|crawler|slurp|fetcher|feed|rss|monitor|archiver|scan)[\w.-]*/i;

const firstProduct = /^[^\s/;(]+/;

export function readAgent(text: string): Agent {
  const robot = robotWords.test(text);
  let browser: string | undefined;
  let system: string | undefined;
  try {
    const parser = Bowser.getParser(text, true);
    browser = robot ? undefined : parser.parseBrowser().name;
    system = parser.parseOS().name;
  } catch {
    // Bowser refuses an empty text.
    return { browser: unknown, system: unknown, kind: 'person' };
  }
  if (robot) browser = robotName.exec(text)?.[0] ?? firstProduct.exec(text)?.[0];
  return { browser: named(browser), system: named(system), kind: robot ? 'robot' : 'person' };
}

const unknown = 'Unknown';

const named = (name: string | undefined): string => (name === undefined || name === '' ? unknown : name);
