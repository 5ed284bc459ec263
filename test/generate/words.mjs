/** The vocabulary of the generated logs. All texts are byte strings: one character per byte of the UTF-8 form. */

/** @param {string} text */
export function bytesOf(text) {
  return Buffer.from(text, 'utf8').toString('latin1');
}

/**
 * The same text in one piece of memory. A text put together from parts is a tree until then, and texts that are
 * written a million times over cost three times as much as trees (85 to 290 MB/s for access lines).
 * @param {string} text
 */
export function flat(text) {
  return Buffer.from(text, 'latin1').toString('latin1');
}

export const sections = ['products', 'blog', 'api', 'static', 'images', 'account', 'docs', 'search', 'files', 'news'];

export const nouns = (
  'anchor basket candle desk engine feather garden harbor island jacket kettle lantern mirror ' +
  'needle orchard pillow quartz ribbon saddle teapot umbrella violin window yarn zipper bridge ' +
  'copper drawer falcon glacier hammock ivory jigsaw kayak ladder magnet'
).split(' ');

export const adjectives = (
  'amber brisk calm dusty eager faint gentle hollow icy jolly keen lively mellow narrow olive ' +
  'plain quiet rapid silent tender upper vivid warm young zesty'
).split(' ');

export const users = ['alice', 'bob', 'carol', 'dave', 'erin', 'frank', 'grace', 'heidi', 'j.doe', 'svc-backup'];

/** Texts beyond ASCII: UTF-8 of two, three and four bytes, and letters whose case folding is not plain. */
export const foreignTexts = [
  '사용자 로그인 성공',
  '데이터베이스 연결 실패: 시간 초과',
  'Größe überschritten: Straße 12',
  'ΣΊΣΥΦΟΣ σίσυφος',
  '注文を受け付けました',
  'deploy finished 🚀',
  'Kelvin 300 K, Ångström',
].map(bytesOf);

export const userAgents = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Safari/537.36',
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/132.0.0.0 Safari/537.36 Edg/132.0.0.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Safari/605.1.15',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:135.0) Gecko/20100101 Firefox/135.0',
  'Mozilla/5.0 (X11; Linux x86_64; rv:134.0) Gecko/20100101 Firefox/134.0',
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/133.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
  'curl/8.12.1',
  'python-requests/2.32.3',
  'Go-http-client/2.0',
  'kube-probe/1.31',
  '-',
];

export const loggers = [
  'com.example.shop.OrderService',
  'com.example.shop.payment.PaymentGateway',
  'com.example.shop.CartController',
  'com.example.shop.stock.Inventory$Watcher',
  'com.example.auth.TokenFilter',
  'org.springframework.web.servlet.DispatcherServlet',
  'com.zaxxer.hikari.pool.HikariPool',
  'o.a.c.c.C.[Tomcat].[localhost].[/]',
];

export const javaExceptions = [
  'java.lang.NullPointerException',
  'java.lang.IllegalStateException: order is already closed',
  'java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms.',
  'org.springframework.dao.DuplicateKeyException: duplicate key value violates unique constraint "orders_pkey"',
  'java.net.SocketTimeoutException: Read timed out',
  'com.example.shop.payment.CardDeclinedException: card 4711: insufficient funds',
];

export const pythonExceptions = [
  "KeyError: 'customer_id'",
  "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
  'requests.exceptions.ConnectTimeout: HTTPSConnectionPool(host="api.example.com", port=443): Max retries exceeded',
  'AssertionError',
];
