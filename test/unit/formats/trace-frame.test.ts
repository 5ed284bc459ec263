/** The frame in which an exception was thrown, of the traces of each language. */
import { describe, expect, test } from 'vitest';
import { timestamped } from '../../../src-main/formats/timestamped.ts';
import { fieldsOf } from './read-records.ts';

const format = timestamped.create({
  name: 'timestamped',
  dialect: { times: [{ kind: 'iso' }], templates: ['plain-level', 'plain'], levels: 'upper' },
});

/** What the record of a message and a trace says of the exception. */
function thrown(message: string, ...trace: string[]): unknown {
  const text = [`2026-03-01 10:00:00 ERROR ${message}`, ...trace].join('\n');
  const [fields] = fieldsOf(`${text}\n2026-03-01 10:00:01 INFO next\n`, format);
  return fields !== false && [fields?.['exception'], fields?.['exception_frame']];
}

describe('the frame of a trace', () => {
  test('of the JVM is the first one, not one of a cause, and without the archive', () => {
    expect(
      thrown(
        'failed',
        'java.lang.IllegalStateException: no stock',
        '\tat com.shop.Cart.checkout(Cart.java:42) ~[shop-1.0.jar!/:1.0]',
        '\tat com.shop.Main.main(Main.java:7) [shop-1.0.jar!/:1.0]',
        'Caused by: java.io.IOException: gone',
        '\tat com.shop.Store.read(Store.java:9)',
        '\t... 12 more',
      ),
    ).toEqual(['java.lang.IllegalStateException: no stock', 'com.shop.Cart.checkout(Cart.java:42)']);
    expect(thrown('x', 'java.lang.Error', '\tat java.base/java.lang.Thread.run(Thread.java:833)')).toEqual([
      'java.lang.Error',
      'java.base/java.lang.Thread.run(Thread.java:833)',
    ]);
  });

  test('of .NET is the first one, with its file', () => {
    expect(
      thrown(
        'failed',
        'System.DataException: lost',
        ' ---> System.IO.IOException: pipe',
        '   at Shop.Store.Read(Int32 id) in C:\\shop\\Store.cs:line 12',
        '   --- End of inner exception stack trace ---',
        '   at Shop.Cart.Checkout() in C:\\shop\\Cart.cs:line 42',
      ),
    ).toEqual(['System.DataException: lost', 'Shop.Store.Read(Int32 id) in C:\\shop\\Store.cs:line 12']);
  });

  test('of JavaScript is the first one', () => {
    expect(
      thrown(
        'failed',
        "TypeError: Cannot read properties of undefined (reading 'id')",
        '    at async Cart.checkout [as pay] (/srv/cart.js:42:7)',
        '    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
      ),
    ).toEqual([
      "TypeError: Cannot read properties of undefined (reading 'id')",
      'async Cart.checkout [as pay] (/srv/cart.js:42:7)',
    ]);
  });

  test('of Python is the last one of the traceback that names the exception', () => {
    const head = 'Traceback (most recent call last):';
    expect(
      thrown(
        'failed',
        head,
        '  File "/srv/app.py", line 3, in main',
        '    checkout(cart)',
        '  File "/srv/cart.py", line 42, in checkout',
        '    raise KeyError(id)',
        "KeyError: 'id'",
      ),
    ).toEqual(["KeyError: 'id'", 'File "/srv/cart.py", line 42, in checkout']);
    expect(
      thrown(
        'failed',
        head,
        '  File "/srv/store.py", line 1, in read',
        'OSError: gone',
        '',
        'During handling of the above exception, another exception occurred:',
        '',
        head,
        '  File "/srv/app.py", line 3, in main',
        '  File "/srv/cart.py", line 7, in retry',
        'ValueError: no',
        'and a line that is the message',
        '  File "/srv/no-frame.py", line 9, in it',
      ),
    ).toEqual(['ValueError: no', 'File "/srv/cart.py", line 7, in retry']);
    expect(thrown('failed', head, '> File "/srv/a.py", line 1, in f', '  x', 'KeyError')).toEqual([
      'KeyError',
      'File "/srv/a.py", line 1, in f',
    ]);
  });

  test('of Go is the call below the panic, without its arguments', () => {
    const place = '\t/srv/cart.go:42 +0x1d';
    expect(thrown('x', 'panic: boom', '', 'goroutine 1 [running]:', 'main.(*Cart).Checkout(0xc000010, {0x1})', place)) //
      .toEqual(['panic: boom', 'main.(*Cart).Checkout']);
    expect(
      thrown(
        'x',
        'goroutine 5 [running]:',
        'net/http.(*conn).serve.func1()',
        place,
        'panic({0x6b, 0x7f})',
        '\t/usr/lib/go/src/runtime/panic.go:884 +0x212',
        'runtime.goPanicIndex(0x3, 0x3)',
        place,
        'main.checkout(...)',
        place,
        'created by main.main',
        place,
        '',
        'goroutine 6 [select]:',
        'main.other()',
      ),
    ).toEqual([undefined, 'main.checkout']);
  });

  test('of Ruby is where the message says it was thrown, else the first one', () => {
    const place = "/srv/cart.rb:42:in 'Cart#checkout'";
    expect(thrown(`${place}: no stock (RuntimeError)`, "\tfrom /srv/app.rb:3:in 'main'")).toEqual([undefined, place]);
    expect(thrown('no stock (RuntimeError)', "\tfrom /srv/app.rb:3:in 'main'")).toEqual([
      undefined,
      "/srv/app.rb:3:in 'main'",
    ]);
    expect(thrown('no stock (RuntimeError)', place, "/srv/app.rb:3:in 'main'")).toEqual([undefined, place]);
  });

  test('of PHP is its first one, without the number', () => {
    expect(
      thrown(
        'PHP Fatal error:  Uncaught x',
        'Stack trace:',
        '#0 /srv/index.php(9): Shop\\Cart->checkout(Object(Order))',
        '#1 {main}',
      ),
    ).toEqual([undefined, '/srv/index.php(9): Shop\\Cart->checkout(Object(Order))']);
    expect(thrown('x', '[stacktrace]', '#0 /srv/a.php(1): f()', '#1 {main}', '"}')).toEqual([
      undefined,
      '/srv/a.php(1): f()',
    ]);
    expect(thrown('x', '[stacktrace]', '#0 {main}', '"}')).toEqual([undefined, undefined]);
  });

  test('is absent without a trace', () => {
    expect(thrown('java.io.IOException: gone', 'at noon')).toEqual([undefined, undefined]);
  });
});
