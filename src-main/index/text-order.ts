/**
 * The order of many texts by their UTF-8 bytes, which is that of their code points: a quicksort over six bytes at a
 * time, which go into one double, so that most comparisons are of numbers that lie side by side.
 */

/** A digit is a byte and one, or 0 behind the end, so that a text goes before those that begin with it. */
const digits = 6;
const base = 257;

/** Ranges up to this length are sorted by insertion. */
const fewTexts = 12;

/** Positions of `texts` in ascending order; equal texts stand side by side in no particular order. */
export function orderOfTexts(texts: readonly Uint8Array[]): Uint32Array {
  const order = Uint32Array.from(texts, (_, at) => at);
  const keys = new Float64Array(texts.length);
  // Ranges that agree in all bytes before `depth`: [from, to, depth].
  const waiting = [0, texts.length, 0];
  while (waiting.length > 0) {
    const depth = waiting.pop() ?? 0;
    const to = waiting.pop() ?? 0;
    const from = waiting.pop() ?? 0;
    for (let at = from; at < to; at++) keys[at] = keyAt(texts[order[at]], depth);
    sortRange(keys, order, from, to);
    for (let at = from; at < to;) {
      const key = keys[at];
      let end = at + 1;
      while (end < to && keys[end] === key) end++;
      // The last digit is 0 where the texts have ended, and so are equal.
      if (end - at > 1 && key % base !== 0) waiting.push(at, end, depth + digits);
      at = end;
    }
  }
  return order;
}

function keyAt(text: Uint8Array, depth: number): number {
  let key = 0;
  const end = Math.min(text.length, depth + digits);
  for (let at = depth; at < end; at++) key = key * base + text[at] + 1;
  for (let at = Math.max(end, depth); at < depth + digits; at++) key *= base;
  return key;
}

/** Sorts both arrays by `keys` in [from, to). */
function sortRange(keys: Float64Array, order: Uint32Array, from: number, to: number): void {
  const waiting = [from, to];
  while (waiting.length > 0) {
    const end = waiting.pop() ?? 0;
    const start = waiting.pop() ?? 0;
    if (end - start <= fewTexts) {
      insert(keys, order, start, end);
      continue;
    }
    // By chance, so that nobody can write a log whose texts come in the worst order.
    const any = (): number => keys[start + Math.floor(Math.random() * (end - start))];
    const pivot = median(any(), any(), any());
    let low = start;
    let high = end - 1;
    while (low <= high) {
      while (keys[low] < pivot) low++;
      while (keys[high] > pivot) high--;
      if (low > high) break;
      const key = keys[low];
      keys[low] = keys[high];
      keys[high] = key;
      const place = order[low];
      order[low] = order[high];
      order[high] = place;
      low++;
      high--;
    }
    waiting.push(start, high + 1, low, end);
  }
}

function insert(keys: Float64Array, order: Uint32Array, from: number, to: number): void {
  for (let at = from + 1; at < to; at++) {
    const key = keys[at];
    const place = order[at];
    let free = at;
    for (; free > from && keys[free - 1] > key; free--) {
      keys[free] = keys[free - 1];
      order[free] = order[free - 1];
    }
    keys[free] = key;
    order[free] = place;
  }
}

const median = (a: number, b: number, c: number): number => Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
