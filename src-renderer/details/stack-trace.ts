/** Which lines of a record's raw text are frames of a stack trace, and which begin one. Pure; for colours only. */

export type LineKind = 'text' | 'cause' | 'frame';

// Java, JavaScript and .NET; Python; PHP; Go; Ruby.
const frame =
  /^\s+at\s|^\s*\.\.\. \d+ (?:more|common frames)|^\s+File ".*", line \d+|^#\d+ |^\t\S+\.go:\d+|^\s+from \S+:\d+:in /;
const cause =
  /^(?:Caused by:|Suppressed:|Traceback |\[(?:stacktrace|previous exception)\]|goroutine \d+|-{3} End of inner)|^[\w.$\\]+(?:Exception|Error|Throwable)\b/;

export const lineKind = (line: string): LineKind =>
  frame.test(line) ? 'frame' : cause.test(line.trimStart()) ? 'cause' : 'text';
