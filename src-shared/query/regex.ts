/** Which regular expressions a filter may use: those of JavaScript with the flags i, s, m and u. */

/** Compiles a regular expression, or tells why it cannot be used. */
export function compileRegex(source: string, flags: string): RegExp | { readonly problem: string } {
  const wrongFlag = Array.from(flags).find((flag, at) => !'imsu'.includes(flag) || flags.indexOf(flag) !== at);
  if (wrongFlag !== undefined) {
    return {
      problem: `The flag "${wrongFlag}" of the regular expression does not fit; i, s, m and u do, each once.`,
    };
  }
  try {
    return new RegExp(source, flags);
  } catch (error) {
    // "Invalid regular expression: /(/: Unterminated group": only the last part is of use to people.
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(': ') + 2) : String(error);
    return { problem: `The regular expression does not work: ${reason}.` };
  }
}
