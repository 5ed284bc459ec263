/**
 * The frame of a stack trace in which the exception was thrown, as the trace writes it: its first one, in Python its
 * last one. It is a place in the bytes; StackTrace says which lines to look at.
 */
import { findByte, findLastByte } from './byte-search.ts';
import { ascii, digitsEnd, findText } from './byte-text.ts';
import { isDigit } from './time-scan.ts';
import { has, lineEnd, nextLine } from './trace-lines.ts';

const space = 32;
const tab = 9;
const quote = 39;
const backquote = 96;
const hash = 35;
const openParenthesis = 40;
const openBracket = 91;
const closeBracket = 93;
const tilde = 126;

export const pythonFile = ascii('File "');
const archive = ascii(') ');
const main = ascii('{main}');
const rubyIn = ascii(':in ');
const goPanic = ascii('panic(');
/** What Go itself calls when a program panics or asks for its own stack. */
const ofGo = ['runtime.', 'runtime/'].map(ascii);

export class Frame {
  start = 0;
  /** -1 when there is none. */
  end = -1;

  set(start: number, end: number): void {
    this.start = start;
    this.end = end > start ? end : -1;
  }

  /** What follows `at `: `Cart.checkout(Cart.java:42)`, without the archive that Logback adds: `~[shop.jar:1.0]`. */
  setCall(bytes: Uint8Array, start: number, end: number): void {
    const found = bytes[end - 1] === closeBracket ? findText(archive, bytes, start, end) : -1;
    const next = found < 0 ? 0 : bytes[found + archive.length];
    this.set(start, next === openBracket || next === tilde ? found + 1 : end);
  }

  /** `File "cart.py", line 42, in checkout`, behind the signs of loguru and of exception groups. */
  setPython(bytes: Uint8Array, lineAt: number, end: number): void {
    let at = lineAt;
    while (at < end && (bytes[at] === space || bytes[at] === tab || bytes[at] === 62 || bytes[at] === 124)) at++;
    if (has(pythonFile, bytes, at, end)) this.set(at, end);
  }

  /** `#0 /srv/cart.php(42): Cart->checkout()` in the line behind the one at lineAt, without the number. */
  setPhp(bytes: Uint8Array, lineAt: number, end: number): void {
    const at = nextLine(bytes, lineEnd(bytes, lineAt, end), end);
    if (at < 0 || bytes[at] !== hash) return;
    const from = digitsEnd(bytes, at + 1, end);
    const stop = lineEnd(bytes, at, end);
    if (from === at + 1 || from >= stop || bytes[from] !== space) return;
    if (!has(main, bytes, from + 1, stop)) this.set(from + 1, stop);
  }

  /**
   * `main.(*Cart).Checkout` below `goroutine 1 [running]:`, and below the last `panic(` there: what stands above that
   * is the handler. Without the arguments, which are addresses and differ each time.
   */
  setGo(bytes: Uint8Array, lineAt: number, end: number): void {
    let at = nextLine(bytes, lineEnd(bytes, lineAt, end), end);
    for (; at >= 0; at = nextLine(bytes, lineEnd(bytes, at, end), end)) {
      const stop = lineEnd(bytes, at, end);
      if (stop === at) return;
      if (has(goPanic, bytes, at, stop)) this.end = -1;
      else if (this.end < 0 && bytes[at] !== tab && !ofGo.some((call) => has(call, bytes, at, stop))) {
        const call = findLastByte(bytes, openParenthesis, at, stop);
        this.set(at, call < 0 ? stop : call);
      }
    }
  }

  /** `/srv/cart.rb:42:in 'checkout'` at the begin of the message, else what follows the first `from `. */
  setRuby(bytes: Uint8Array, messageAt: number, firstEnd: number, from: number, end: number): void {
    const mark = findText(rubyIn, bytes, messageAt, firstEnd);
    const opener = bytes[mark + rubyIn.length];
    if (mark > messageAt && isDigit(bytes[mark - 1]) && (opener === quote || opener === backquote)) {
      const closer = findByte(bytes, quote, mark + rubyIn.length + 1, firstEnd);
      if (closer >= 0) {
        this.set(messageAt, closer + 1);
        return;
      }
    }
    this.set(from, end);
  }
}
