/** Traces as runtimes write them, and what nearly is one, for tests of the kernels that look for them. */
import fc from 'fast-check';

/** Lines of traces, and what nearly is one, in any order. */
export const ofTraces = fc.oneof(
  fc.constantFrom(
    '\tat a.B.c(B.java:1)', '\tat a.B.c(B.java:1) ~[shop.jar:1.0]', '\tat a.B.c(B.java:1) [shop.jar:1.0]', '  at f (/a.js:1:2)',
    '\tat a) (b) ~]', '\tat a) ]', '   at A.B() in C:\\a.cs:line 1', '\tat noon', '\tat ', ' at x', ' at  x.y', '\tat .', '\tatx.y',
    'a.b.C', 'a.b.C: gone', 'a.b.', 'Gone', 'IOException', 'IOException: x', 'x.IOException [x]', 'Error [ERR_X]: x', 'Error (0x1)',
    'Error (x)', '1.IOException', 'Error:x', 'Exception in thread "main" a.b.C: x', 'Exception in thread "main"', 'Uncaught a.b.C',
    'Unhandled exception. A.B: x', 'Caused by: a.b.C: y', ' ---> A.B: y', '\t... 12 more', 'Traceback (most recent call last):',
    'Traceback (most recent call last', 'Traceback (most', '  File "a.py", line 1, in f', '> File "a.py"', '| File "b.py"', '  + x',
    '    return f()', 'KeyError: 1', 'a.KeyError', 'Key$Error: x', '9Error: x', 'Key Error', 'During handling of the above exception, x',
    'The above exception was the direct cause of x', '', '', 'text', 'java.lang.Exception', 'Throwable', '`a`.Error', 'A\\B\\Error: x',
    ' Error: x', 'a/b:c.d-Failure: x', '-Error', '9Fault', 'SystemExit', 'Exit', 'Interrupt$', 'ErrorCode: 1', 'Errors and Fault',
    'a b Error', 'KeyboardInterrupt', '\u00e4.Error: x', 'Error: \u65e5', 'x\ty.Error',
    '\tfrom a.rb:1', 'goroutine 1 [running]:', 'Stack trace:', '#0 /a.php(1): f()', '[stacktrace]', "/a.rb:1:in 'f'",
  ),
  fc.string({ maxLength: 10 }),
); // prettier-ignore
