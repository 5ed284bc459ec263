/**
 * Internet addresses and blocks of them in CIDR notation (RFC 4632, RFC 4291). A block of IPv4 also takes in its
 * IPv4-mapped addresses (`::ffff:10.1.2.3`), as servers that listen on both write them.
 */

/** Four or eight numbers of 8 or 16 bits. */
interface Address {
  readonly groups: readonly number[];
  readonly groupBits: 8 | 16;
}

/** A test for addresses in a block such as `10.0.0.0/8` or `2001:db8::/32`; undefined when `prefix` is none. */
export function compileCidr(prefix: string): ((text: string) => boolean) | undefined {
  const slash = prefix.lastIndexOf('/');
  const bitsText = prefix.slice(slash + 1);
  const block = slash < 0 || !/^\d{1,3}$/.test(bitsText) ? undefined : readAddress(prefix.slice(0, slash));
  const bits = Number(bitsText);
  if (block === undefined || bits > block.groups.length * block.groupBits) return undefined;
  return (text) => {
    // The longest address has 45 signs; most values that are none end here.
    if (text.length < 2 || text.length > 45) return false;
    const address = readAddress(text);
    const comparable = block.groupBits === 8 && address !== undefined ? unmapped(address) : address;
    return comparable?.groupBits === block.groupBits && sharesBits(block, comparable, bits);
  };
}

/** True for `10.0.0.0/8`, `2001:db8::/32` and the like. */
export const isCidr = (text: string): boolean => compileCidr(text) !== undefined;

function sharesBits(block: Address, address: Address, bits: number): boolean {
  const { groupBits } = block;
  return block.groups.every((group, at) => {
    const shared = Math.min(Math.max(bits - at * groupBits, 0), groupBits);
    return (group ^ (address.groups[at] ?? 0)) >> (groupBits - shared) === 0;
  });
}

function unmapped(address: Address): Address {
  const { groups, groupBits } = address;
  const isMapped = groupBits === 16 && groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return address;
  return { groups: groups.slice(6).flatMap((group) => [group >> 8, group & 0xff]), groupBits: 8 };
}

const readAddress = (text: string): Address | undefined => (text.includes(':') ? readIpv6(text) : readIpv4(text));

function readIpv4(text: string): Address | undefined {
  const match = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (match === null) return undefined;
  const groups: number[] = [];
  for (const group of match.slice(1)) {
    // Leading zeros are octal to some programs and decimal to others, so no address.
    if (Number(group) > 255 || (group.length > 1 && group.startsWith('0'))) return undefined;
    groups.push(Number(group));
  }
  return { groups, groupBits: 8 };
}

function readIpv6(text: string): Address | undefined {
  const zone = text.indexOf('%');
  const halves = (zone < 0 ? text : text.slice(0, zone)).split('::');
  const [head, tail] = halves.map((half, at) => readGroups(half, at === halves.length - 1));
  if (halves.length > 2 || head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? { groups: head, groupBits: 16 } : undefined;
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  const zeros = new Array<number>(8 - head.length - tail.length).fill(0);
  return { groups: [...head, ...zeros, ...tail], groupBits: 16 };
}

/** The groups of one side of `::`; the last may be an IPv4 address. */
function readGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const words = text.split(':');
  for (const [at, word] of words.entries()) {
    const ipv4 = isLast && at === words.length - 1 && word.includes('.') ? readIpv4(word) : undefined;
    const [a = 0, b = 0, c = 0, d = 0] = ipv4?.groups ?? [];
    if (ipv4 !== undefined) groups.push(a * 256 + b, c * 256 + d);
    else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(Number.parseInt(word, 16));
    else return undefined;
  }
  return groups;
}
