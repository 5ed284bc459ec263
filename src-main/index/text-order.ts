/**
 * The order of many texts by their UTF-8 bytes, which is that of their code points: a quicksort over six bytes at a
 * time, which go into one double, so that most comparisons are of numbers that lie side by side.
 */

/** Where texts lie: text k has `lengths[k]` bytes from `starts[k]` on in buffer `bufferOf[k]`. */
export interface PlacedTexts {
  readonly buffers: readonly Uint8Array[];
  readonly bufferOf: Uint32Array;
  readonly starts: Uint32Array;
  readonly lengths: Uint32Array;
}

export interface TextOrder {
  /** Numbers of the texts in ascending order; equal texts stand side by side in no particular order. */
  readonly order: Uint32Array;
  /** 1 where a text of that order is the same as the one before it. */
  readonly repeats: Uint8Array;
}

/** Bytes that are compared at once. */
const step = 6;
/** Below them in a key: how many bytes the text still has, up to this, which means more than are compared. */
const more = 7;
const lengthFactor = 8;

/** Ranges up to this length are sorted by insertion. */
const fewTexts = 12;

export function orderOfTexts({ buffers, bufferOf, starts, lengths }: PlacedTexts): TextOrder {
  const count = starts.length;
  const order = new Uint32Array(count);
  for (let at = 0; at < count; at++) order[at] = at;
  const repeats = new Uint8Array(count);
  const keys = new Float64Array(count);
  // Ranges that agree in all bytes before `depth`: [from, to, depth].
  const waiting = [0, count, 0];
  while (waiting.length > 0) {
    const depth = waiting.pop() ?? 0;
    const to = waiting.pop() ?? 0;
    const from = waiting.pop() ?? 0;
    for (let at = from; at < to; at++) {
      const text = order[at];
      keys[at] = keyOf(buffers[bufferOf[text]], starts[text] + depth, lengths[text] - depth);
    }
    sortRange(keys, order, from, to);
    for (let at = from; at < to;) {
      const key = keys[at];
      let end = at + 1;
      while (end < to && keys[end] === key) end++;
      if (end - at > 1) {
        if (key % lengthFactor === more) waiting.push(at, end, depth + step);
        else repeats.fill(1, at + 1, end);
      }
      at = end;
    }
  }
  return { order, repeats };
}

/** The next bytes and whether there are more: a text goes before those that begin with it. */
function keyOf(bytes: Uint8Array, from: number, left: number): number {
  if (left >= step) {
    const high = (bytes[from] << 16) | (bytes[from + 1] << 8) | bytes[from + 2];
    const low = (bytes[from + 3] << 16) | (bytes[from + 4] << 8) | bytes[from + 5];
    return (high * 0x1000000 + low) * lengthFactor + (left > step ? more : step);
  }
  let key = 0;
  for (let at = 0; at < step; at++) key = key * 256 + (at < left ? bytes[from + at] : 0);
  return key * lengthFactor + left;
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
