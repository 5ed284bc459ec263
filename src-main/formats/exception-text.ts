/** The line that names the exception in a stack trace that is held as text (the value of a JSON key), and its frame. */
import { StackTrace } from './stack-trace.ts';

const tracebackMark = 'Traceback (most recent call last)';

/** Before the class name in what runtimes print. */
const preamble = /^(?:Exception in thread "[^"]*" |Unhandled exception\. |Uncaught (?:exception )?|Caused by: )/;

/** `java.lang.IllegalStateException: text`, `KeyError`, `Foo\BarException: text`. */
const named = /^(?:[\p{L}_$][\p{L}\p{N}_$.\\/:-]*?)?(?:Error|Exception|Throwable|Failure|Fault|Interrupt|Exit)\b/u;

/** "Class: message", or undefined when there is no text. */
export function exceptionLineOf(text: string): string | undefined {
  const line = text.includes(tracebackMark) ? lastOfTraceback(text) : firstLine(text);
  const found = line.trim().replace(preamble, '');
  return found === '' ? undefined : found;
}

function firstLine(text: string): string {
  const begun = text.trimStart();
  const end = begun.indexOf('\n');
  return end < 0 ? begun : begun.slice(0, end);
}

/** Python names the exception last, below the indented frames. */
function lastOfTraceback(text: string): string {
  const lines = text.slice(text.lastIndexOf(tracebackMark)).split(/\r?\n/);
  return lines.find((line, at) => at > 0 && /^[^\s>|]/.test(line)) ?? '';
}

/** As exceptionLineOf, but undefined for text that does not begin as a trace does. */
export function exceptionLineOfStack(text: string): string | undefined {
  const line = exceptionLineOf(text);
  return line !== undefined && named.test(line) ? line : undefined;
}

/** The frame in which the exception was thrown; undefined for text without frames. */
export function frameOf(text: string): string | undefined {
  if (!text.includes('\n')) return undefined;
  // As if it followed a message without words.
  const bytes = Buffer.from(`\n${text}`);
  const trace = new StackTrace();
  const hasFrame = trace.find(bytes, 0, 0, bytes.length) && trace.frame.end >= 0;
  return hasFrame ? bytes.toString('utf8', trace.frame.start, trace.frame.end) : undefined;
}
