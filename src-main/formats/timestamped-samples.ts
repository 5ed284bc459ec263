/** Records of application logs as their frameworks write them, with what they say; run by the samples test. */
import type { FormatSample } from './format.ts';

export const timestampedSamples: readonly FormatSample[] = [
  {
    text: '2026-03-01 10:00:00.123 ERROR [http-nio-8080-exec-1] com.example.shop.Orders - order 7 failed\njava.lang.IllegalStateException: no stock\n\tat com.example.shop.Orders.take(Orders.java:42)\n\tat com.example.shop.Main.main(Main.java:7)\nCaused by: java.io.IOException: gone\n\t... 2 more',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'error',
      thread: 'http-nio-8080-exec-1',
      logger: 'com.example.shop.Orders',
      message: 'order 7 failed',
      exception: 'java.lang.IllegalStateException: no stock',
      exception_frame: 'com.example.shop.Orders.take(Orders.java:42)',
    },
  },
  {
    text: '[2016-12-19 16:31:48,025] ERROR Controller 0 epoch 36 failed for partition [a,19] (state.change.logger)\nkafka.common.NoReplicaOnlineException: No replica\n\tat kafka.controller.Selector.select(Selector.scala:73)',
    fields: {
      time: '2016-12-19T16:31:48.025Z',
      level: 'error',
      logger: 'state.change.logger',
      message: 'Controller 0 epoch 36 failed for partition [a,19]',
      exception: 'kafka.common.NoReplicaOnlineException: No replica',
      exception_frame: 'kafka.controller.Selector.select(Selector.scala:73)',
    },
  },
  {
    text: '[2016-12-19 16:31:48,025] INFO first line (kafka.server.KafkaServer)\nsecond line',
    fields: {
      time: '2016-12-19T16:31:48.025Z',
      level: 'info',
      logger: 'kafka.server.KafkaServer',
      message: 'first line\nsecond line',
    },
  },
  {
    text: '17/06/09 20:10:40 INFO executor.CoarseGrainedExecutorBackend: Registered signal handlers for [TERM, HUP, INT]',
    fields: {
      time: '2017-06-09T20:10:40.000Z',
      level: 'info',
      logger: 'executor.CoarseGrainedExecutorBackend',
      message: 'Registered signal handlers for [TERM, HUP, INT]',
    },
  },
  {
    text: "2026-11-21 09:21:45.999 | ERROR    | __main__:<module>:20 - lookup failed\nTraceback (most recent call last):\n\n> File \"/tmp/gen/gen.py\", line 19, in <module>\n    try: {}['k']\n\nKeyError: 'k'",
    fields: {
      time: '2026-11-21T09:21:45.999Z',
      level: 'error',
      logger: '__main__',
      function: '<module>',
      line: 20,
      message: 'lookup failed',
      exception: "KeyError: 'k'",
      exception_frame: 'File "/tmp/gen/gen.py", line 19, in <module>',
    },
  },
  {
    text: '2026-11-21 09:21:45.998 | SUCCESS  | app.jobs:run:17 - multi\nline\n',
    fields: {
      time: '2026-11-21T09:21:45.998Z',
      level: 'notice',
      logger: 'app.jobs',
      function: 'run',
      line: 17,
      message: 'multi\nline',
    },
  },
  {
    text: '2019-06-18T11:58:58.388+0100 I CONTROL  [initandlisten]     distarch: x86_64',
    fields: {
      time: '2019-06-18T10:58:58.388Z',
      level: 'info',
      component: 'CONTROL',
      thread: 'initandlisten',
      message: '    distarch: x86_64',
    },
  },
  {
    text: '2018-11-16T12:31:35.886-0500 D2 REPL   [repl writer worker 13] applied op',
    fields: {
      time: '2018-11-16T17:31:35.886Z',
      level: 'debug',
      component: 'REPL',
      thread: 'repl writer worker 13',
      message: 'applied op',
    },
  },
  {
    text: '2016-12-19T16:31:46.725+0100: 1.595: [GC pause (G1 Evacuation Pause) (young), 0.0096173 secs]\n   [Parallel Time: 7.2 ms, GC Workers: 1]\n [Times: user=0.01 sys=0.00, real=0.01 secs] ',
    fields: {
      time: '2016-12-19T15:31:46.725Z',
      uptime: 1.595,
      message:
        '[GC pause (G1 Evacuation Pause) (young), 0.0096173 secs]\n   [Parallel Time: 7.2 ms, GC Workers: 1]\n [Times: user=0.01 sys=0.00, real=0.01 secs] ',
    },
  },
  {
    text: '[2026-03-01T10:00:00.123+0000][0.005s][info ][gc       ] Using G1',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', uptime: 0.005, logger: 'gc', message: 'Using G1' },
  },
  {
    text: '[2023-05-15 18:19:32] local.ERROR: Class "A\\B" is missing {"exception":"[object] (Illuminate\\\\Contracts\\\\BindingException(code: 0): Class \\"A\\\\B\\" is missing at /srv/app/Container.php:916)\n[stacktrace]\n#0 /srv/app/Container.php(795): x()\n#1 {main}\n"} ',
    fields: {
      time: '2023-05-15T18:19:32.000Z',
      level: 'error',
      logger: 'local',
      message:
        'Class "A\\B" is missing {"exception":"[object] (Illuminate\\\\Contracts\\\\BindingException(code: 0): Class \\"A\\\\B\\" is missing at /srv/app/Container.php:916)',
      exception: 'Illuminate\\Contracts\\BindingException: Class "A\\B" is missing',
      exception_frame: '/srv/app/Container.php(795): x()',
    },
  },
  {
    text: '[2026-03-01T10:00:00.123456+00:00] request.INFO: Matched route {"route":"home"} []',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      logger: 'request',
      message: 'Matched route {"route":"home"} []',
    },
  },
  {
    text: '[01-Mar-2026 10:00:00 UTC] PHP Fatal error:  Uncaught RuntimeException: broken in /srv/a.php:3\nStack trace:\n#0 /srv/b.php(9): f()\n#1 {main}\n  thrown in /srv/a.php on line 3',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'fatal',
      message: 'Uncaught RuntimeException: broken in /srv/a.php:3',
      exception: 'RuntimeException: broken',
      exception_frame: '/srv/b.php(9): f()',
    },
  },
  {
    text: '2026-03-01T10:00:00.123+01:00  INFO 12345 --- [shop] [           main] c.e.shop.Application                     : Started in 1.2 s',
    fields: {
      time: '2026-03-01T09:00:00.123Z',
      level: 'info',
      pid: 12345,
      application: 'shop',
      thread: 'main',
      logger: 'c.e.shop.Application',
      message: 'Started in 1.2 s',
    },
  },
  {
    text: '2026-03-01 10:00:00.123  WARN 12345 --- [nio-8080-exec-1] o.s.web.servlet.DispatcherServlet        : No mapping',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'warn',
      pid: 12345,
      thread: 'nio-8080-exec-1',
      logger: 'o.s.web.servlet.DispatcherServlet',
      message: 'No mapping',
    },
  },
  {
    text: '2026-03-01 10:00:00,123 - app.views - WARNING - disk at 91 %',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'warn', logger: 'app.views', message: 'disk at 91 %' },
  },
  {
    text: '2026-03-01 10:00:00,123 INFO app.views: served',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', logger: 'app.views', message: 'served' },
  },
  {
    text: 'INFO:app.views:served\nwith a second line',
    fields: { level: 'info', logger: 'app.views', message: 'served\nwith a second line' },
  },
  {
    text: 'INFO 2026-03-01 10:00:00,123 views 4321 1402 served',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      logger: 'views',
      pid: 4321,
      thread: '1402',
      message: 'served',
    },
  },
  {
    text: '2026/03/01 10:00:00 server.go:12: listening',
    fields: { time: '2026-03-01T10:00:00.000Z', file: 'server.go', line: 12, message: 'listening' },
  },
  {
    text: '2026/03/01 10:00:00.123456 http: panic serving 127.0.0.1:5: boom\ngoroutine 5 [running]:\nnet/http.(*conn).serve.func1()',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      message: 'http: panic serving 127.0.0.1:5: boom',
      exception_frame: 'net/http.(*conn).serve.func1',
    },
  },
  {
    text: 'I0301 10:00:00.123456    1234 controller.go:116] syncing "default/web"',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      thread: '1234',
      file: 'controller.go',
      line: 116,
      message: 'syncing "default/web"',
    },
    options: { mtimeMs: 1772400000000 },
  },
  {
    text: 'info: Microsoft.Hosting.Lifetime[14]\n      Now listening on: http://localhost:5000\n      and more',
    fields: {
      level: 'info',
      logger: 'Microsoft.Hosting.Lifetime',
      event_id: 14,
      message: 'Now listening on: http://localhost:5000\nand more',
    },
  },
  {
    text: 'fail: Web.Startup[0]\n      Unhandled\n      System.InvalidOperationException: No service\n         at Web.Startup.Run() in C:\\app\\Startup.cs:line 58',
    fields: {
      level: 'error',
      logger: 'Web.Startup',
      event_id: 0,
      message: 'Unhandled',
      exception: 'System.InvalidOperationException: No service',
      exception_frame: 'Web.Startup.Run() in C:\\app\\Startup.cs:line 58',
    },
  },
  {
    text: '2026-03-01 10:00:00.123 +01:00 [ERR] Could not save\nSystem.Data.DataException: lost\n ---> System.IO.IOException: pipe\n   at A.B()\n   --- End of inner exception stack trace ---',
    fields: {
      time: '2026-03-01T09:00:00.123Z',
      level: 'error',
      message: 'Could not save',
      exception: 'System.Data.DataException: lost',
      exception_frame: 'A.B()',
    },
  },
  {
    text: 'Mar 01, 2026 10:00:00 PM com.example.Main start\nSEVERE: cannot start',
    fields: {
      time: '2026-03-01T22:00:00.000Z',
      level: 'error',
      logger: 'com.example.Main',
      function: 'start',
      message: 'cannot start',
    },
  },
  {
    text: '01-Mar-2026 10:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in 512 ms',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      thread: 'main',
      logger: 'org.apache.catalina.startup.Catalina.start',
      message: 'Server startup in 512 ms',
    },
  },
  {
    text: '2026-03-01T10:00:00,123 INFO  [main] (MSC) text without a layout of its own',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      logger: 'main',
      thread: 'MSC',
      message: 'text without a layout of its own',
    },
  },
  {
    text: '10:00:00,123 INFO  [org.jboss.as] (MSC service thread 1-2) WFLYSRV0049: starting',
    fields: {
      clock: '10:00:00,123',
      level: 'info',
      logger: 'org.jboss.as',
      thread: 'MSC service thread 1-2',
      message: 'WFLYSRV0049: starting',
    },
  },
  {
    text: '[2026-03-01T10:00:00,123][WARN ][o.e.n.Node               ] [node-1] disk watermark',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'warn',
      logger: 'o.e.n.Node',
      node: 'node-1',
      message: 'disk watermark',
    },
  },
  {
    text: 'I, [2026-03-01T10:00:00.123456 #1234]  INFO -- web: started',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', pid: 1234, process: 'web', message: 'started' },
  },
  {
    text: '1234:M 01 Mar 2026 10:00:00.123 * Ready to accept connections',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'notice',
      pid: 1234,
      role: 'M',
      message: 'Ready to accept connections',
    },
  },
  {
    text: '2026-03-01 10:00:00.123 UTC [1234] app@shop ERROR:  relation "x" does not exist at character 15',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'error',
      pid: 1234,
      user: 'app',
      database: 'shop',
      message: 'relation "x" does not exist at character 15',
    },
  },
  {
    text: '2026-03-01 10:00:00.123 UTC [1234] app@shop DETAIL:  more about it',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      x_level: 'DETAIL',
      pid: 1234,
      user: 'app',
      database: 'shop',
      message: 'more about it',
    },
  },
  {
    text: '2026-03-01T10:00:00.123456Z 0 [Warning] [MY-010055] [Server] IP address could not be resolved',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'warn',
      thread: '0',
      code: 'MY-010055',
      subsystem: 'Server',
      message: 'IP address could not be resolved',
    },
  },
  {
    text: '03-17 16:13:38.811  1702  2395 D WindowManager: printFreezingDisplayLogs',
    fields: {
      time: '2025-03-17T16:13:38.811Z',
      level: 'debug',
      pid: 1702,
      thread: '2395',
      logger: 'WindowManager',
      message: 'printFreezingDisplayLogs',
    },
    options: { mtimeMs: 1772400000000 },
  },
  {
    text: '081109 203615 148 INFO dfs.DataNode$PacketResponder: PacketResponder 1 for block blk_38865049064139660 terminating',
    fields: {
      time: '2008-11-09T20:36:15.000Z',
      level: 'info',
      pid: 148,
      logger: 'dfs.DataNode$PacketResponder',
      message: 'PacketResponder 1 for block blk_38865049064139660 terminating',
    },
  },
  {
    text: '2015-07-29 17:41:44,747 - INFO  [QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774] - Notification time out: 3200',
    fields: {
      time: '2015-07-29T17:41:44.747Z',
      level: 'info',
      thread: 'QuorumPeer[myid=1]/0:0:0:0:0:0:0:0:2181:FastLeaderElection@774',
      message: 'Notification time out: 3200',
    },
  },
  {
    text: '[2026-03-01 10:00:00 +0000] [1234] [INFO] Booting worker',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'info', pid: 1234, message: 'Booting worker' },
  },
  {
    text: '[2026-03-01 10:00:00,123: WARNING/MainProcess] celery is up',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'warn', process: 'MainProcess', message: 'celery is up' },
  },
  {
    text: '[2026-03-01T10:00:00Z INFO  app::server] listening',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'info', logger: 'app::server', message: 'listening' },
  },
  {
    text: '2026-03-01T10:00:00.123456Z  WARN app::db: slow statement elapsed=1.2s',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'warn',
      logger: 'app::db',
      message: 'slow statement elapsed=1.2s',
    },
  },
  {
    text: '2026-03-01T10:00:00.123Z [INFO]  agent: joined',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', logger: 'agent', message: 'joined' },
  },
  {
    text: '2026-03-01T10:00:00.123Z\tinfo\tsetup\tmain.go:88\tstarting manager',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      logger: 'setup',
      caller: 'main.go:88',
      message: 'starting manager',
    },
  },
  {
    text: '2026-03-01 10:00:00.1234|INFO|Shop.Orders|taken',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', logger: 'Shop.Orders', message: 'taken' },
  },
  {
    text: '[Sun Mar  1 10:00:00 2026] usb 1-1: new device',
    fields: { time: '2026-03-01T10:00:00.000Z', message: 'usb 1-1: new device' },
  },
  {
    text: '2026-03-01 10:00:00 [정보] 서버가 시작되었습니다',
    fields: { time: '2026-03-01T10:00:00.000Z', message: '[정보] 서버가 시작되었습니다' },
  },
  {
    text: '2026-03-01 10:00:00 INFO 사용자 로그인',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'info', message: '사용자 로그인' },
  },
  {
    text: '2026-03-01 10:00:00 a plain line: nothing more',
    fields: { time: '2026-03-01T10:00:00.000Z', message: 'a plain line: nothing more' },
  },
  { text: '2026-03-01 10:00:00', fields: { time: '2026-03-01T10:00:00.000Z', message: '' } },
  {
    text: '[10:00:00] [Server thread/INFO]: Done (1.5s)!',
    fields: { clock: '10:00:00', level: 'info', thread: 'Server thread', message: 'Done (1.5s)!' },
  },
  { text: '03/25/2026 10:00:00 PM month first', fields: { time: '2026-03-25T22:00:00.000Z', message: 'month first' } },
  { text: '25.03.2026 22:00:00 day first', fields: { time: '2026-03-25T22:00:00.000Z', message: 'day first' } },
  {
    text: '1772359200.123 seconds since the epoch',
    fields: { time: '2026-03-01T10:00:00.123Z', message: 'seconds since the epoch' },
  },
  { text: 'TypeError: x is null\n    at f (a.js:1:2)', fields: false },
  { text: '2026-13-01 10:00:00 no such month', fields: false },
  { text: 'just text', fields: false },
  { text: '2026-03-01,INFO,a table', fields: false },
  {
    text: '2026-03-01T10:00:00.123Z\terror\tmain.go:88\tno logger',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'error', caller: 'main.go:88', message: 'no logger' },
  },
  {
    text: '2026-03-01 10:00:00,123 INFO namenode.FSNamesystem (FSNamesystem.java:write(123)) - of Hadoop',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      logger: 'namenode.FSNamesystem',
      source: 'FSNamesystem.java:write(123)',
      message: 'of Hadoop',
    },
  },
  {
    text: '2026-03-01 10:00:00.123 INFO  (main) [   ] o.e.j.s.Server jetty-9.4',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      thread: 'main',
      logger: 'o.e.j.s.Server',
      message: 'jetty-9.4',
    },
  },
  {
    text: 'INFO  [main] 2026-03-01 10:00:00,123 Server.java:156 - of Cassandra',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      thread: 'main',
      file: 'Server.java',
      line: 156,
      message: 'of Cassandra',
    },
  },
  {
    text: '[2026-03-01T10:00:00.123+0000] {taskinstance.py:1103} INFO - of Airflow',
    fields: { time: '2026-03-01T10:00:00.123Z', level: 'info', source: 'taskinstance.py:1103', message: 'of Airflow' },
  },
  {
    text: '[2026-03-01 10:00:00.123][1][info][main] [source/server/server.cc:249] of Envoy',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      pid: 1,
      logger: 'main',
      source: 'source/server/server.cc:249',
      message: 'of Envoy',
    },
  },
  {
    text: '2026-03-01 10:00:00,123 1234 INFO shop odoo.modules.loading: of Odoo',
    fields: {
      time: '2026-03-01T10:00:00.123Z',
      level: 'info',
      pid: 1234,
      database: 'shop',
      logger: 'odoo.modules.loading',
      message: 'of Odoo',
    },
  },
  {
    text: '2026-03-01 10:00:00.008 25746 INFO nova.osapi_compute.wsgi.server [req-38101a0b - - -] of OpenStack',
    fields: {
      time: '2026-03-01T10:00:00.008Z',
      level: 'info',
      pid: 25746,
      logger: 'nova.osapi_compute.wsgi.server',
      request: 'req-38101a0b - - -',
      message: 'of OpenStack',
    },
  },
  {
    text: '2026-03-01 10:00:00 INFO [main] c.e.Main: Traceback follows\nTraceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\nValueError: first\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "a.py", line 3, in f\n    y()\napp.errors.Wrapped: second',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'info',
      thread: 'main',
      logger: 'c.e.Main',
      message: 'Traceback follows',
      exception: 'app.errors.Wrapped: second',
      exception_frame: 'File "a.py", line 3, in f',
    },
  },
  {
    text: '2026-03-01T10:00:00Z error: lower case with a colon\nError: boom\n    at Object.<anonymous> (/a.js:1:2)',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: 'lower case with a colon',
      exception: 'Error: boom',
      exception_frame: 'Object.<anonymous> (/a.js:1:2)',
    },
  },
  {
    text: '2026-03-01 10:00:00 ERROR [main] java.lang.NullPointerException: x\n\tat a.B.c(B.java:1)',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      thread: 'main',
      logger: 'java.lang.NullPointerException',
      message: 'x',
      exception_frame: 'a.B.c(B.java:1)',
    },
  },
  {
    text: '2026-03-01 10:00:00 ERROR two\njava.io.IOException: a message\nof two lines\n\tat a.B.c(B.java:1)',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: 'two',
      exception: 'java.io.IOException: a message',
      exception_frame: 'a.B.c(B.java:1)',
    },
  },
  {
    text: '2026-03-01 10:00:00 ERROR thread died\nException in thread "main" java.lang.Error: dead\n\tat a.B.c(B.java:1)',
    fields: {
      time: '2026-03-01T10:00:00.000Z',
      level: 'error',
      message: 'thread died',
      exception: 'java.lang.Error: dead',
      exception_frame: 'a.B.c(B.java:1)',
    },
  },
  {
    text: '2026-03-01 10:00:00 INFO follows:\n  at noon\n  third',
    fields: { time: '2026-03-01T10:00:00.000Z', level: 'info', message: 'follows:\n  at noon\n  third' },
  },
];
