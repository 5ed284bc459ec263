/** Stack traces in the error logs of web servers, which PHP writes behind words of its own. */
import { ascii, findByte, findText } from './byte-text.ts';
import type { StackTrace } from './stack-trace.ts';

const uncaught = ascii('Uncaught ');
const newline = 10;

/**
 * Looks for a trace in the message [start, end), whose first line ends at firstEnd. PHP names the exception as
 * `PHP Fatal error:  Uncaught Class: text in file`, in the first line or in a later one.
 */
export function findErrorTrace(
  trace: StackTrace,
  bytes: Uint8Array,
  start: number,
  firstEnd: number,
  end: number,
): boolean {
  if (end <= firstEnd) return false;
  const named = findText(uncaught, bytes, start, end);
  if (named < 0) return trace.find(bytes, start, firstEnd, end);
  const lineEnd = findByte(newline, bytes, named, end);
  return lineEnd >= 0 && trace.find(bytes, named, bytes[lineEnd - 1] === 13 ? lineEnd - 1 : lineEnd, end);
}
