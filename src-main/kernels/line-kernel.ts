/**
 * Lets the kernel `readLines` read whole lines by the steps that a parser has compiled. It stops before each line that
 * it is not sure about, which the parser then reads itself, so that the answers are the parser's in every case.
 */
import type { LineSteps } from '../formats/index.ts';
import { levelFromStatus } from '../../src-shared/model/level.ts';
import type { KernelMemory } from './kernel-memory.ts';

/** As in assembly/plan.ts. */
const headerBytes = 48;
const stepBytes = 176;
/** As in assembly/line-batch.ts. */
const batchBytes = 133_504;
const mostLines = 64;
const at = {
  next: 40,
  batch: 44,
  fieldOf: 20,
  second: 24,
  flags: 28,
  multiply: 32,
  divide: 40,
  minute: 64,
  prefixLength: 72,
  suffixLength: 76,
  prefix: 80,
  suffix: 128,
} as const;
const statuses = 1000;

/** Staged columns that lie where the kernel writes. */
interface Staging {
  readonly address: number;
  readonly columnsInMemory: number;
  readonly recordStarts: Int32Array;
}

export class LineKernel {
  /** Behind the lines that were read last, as a position in the chunk buffer. */
  next = 0;
  readonly #memory: KernelMemory;
  readonly #view: DataView;
  readonly #plan: number;
  readonly #staging: number;
  readonly #recordStarts: number;
  readonly #bytes: number;

  private constructor(memory: KernelMemory, lines: LineSteps, staging: Staging, plan: number, batch: number) {
    const { steps, prefix, request, methodBytes } = lines;
    this.#memory = memory;
    this.#plan = plan;
    this.#staging = staging.address;
    this.#recordStarts = memory.addressOf(staging.recordStarts);
    this.#bytes = memory.addressOf(memory.chunk);
    const view = new DataView(memory.buffer);
    this.#view = view;
    const all = new Uint8Array(memory.buffer);
    const put = (bytes: Uint8Array): number => {
      // Comparisons look at 16 bytes at once.
      const address = memory.take(bytes.length + 16);
      all.set(bytes, address);
      return address;
    };
    const words = [steps.length, put(prefix), prefix.length];
    words.push(request?.request ?? -1, request?.method ?? -1, request?.path ?? -1, request?.query ?? -1);
    words.push(request?.protocol ?? -1, put(methodBytes));
    words.push(put(Uint8Array.from({ length: statuses }, (_, status) => levelFromStatus(status))));
    words.forEach((word, place) => view.setInt32(plan + place * 4, word, true));
    view.setUint32(plan + at.batch, batch, true);
    view.setInt32(batch, mostLines, true);
    steps.forEach((step, number) => {
      const place = this.#stepAt(number);
      const { scan, stopByte, stop, stopLength, act } = step;
      const flags = (step.isInteger ? 1 : 0) | (step.mayBeEmpty ? 2 : 0) | (step.keepsDash ? 4 : 0);
      [scan, stopByte, put(stop), stopLength, act].forEach((word, word4) =>
        view.setInt32(place + word4 * 4, word, true),
      );
      view.setInt32(place + at.fieldOf, step.field, true);
      view.setInt32(place + at.second, step.secondField, true);
      view.setInt32(place + at.flags, flags, true);
      view.setFloat64(place + at.multiply, step.multiply, true);
      view.setFloat64(place + at.divide, step.divide, true);
      view.setInt32(place + at.prefixLength, 0, true);
    });
    memory.readTime = (number, from, to) => {
      const { times } = steps[number];
      if (times === undefined || !times.readAll(memory.chunk, from, to)) return Number.NaN;
      const minute = times.minute?.();
      if (minute !== undefined) {
        const place = this.#stepAt(number);
        view.setFloat64(place + at.minute, minute.instant, true);
        view.setInt32(place + at.prefixLength, minute.prefix.length, true);
        view.setInt32(place + at.suffixLength, minute.suffix.length, true);
        all.set(minute.prefix, place + at.prefix);
        all.set(minute.suffix, place + at.suffix);
      }
      return times.instant;
    };
  }

  /** undefined when the parser has columns that the staging table does not hold in the kernel's memory. */
  static create(memory: KernelMemory, lines: LineSteps, fields: number, staging: Staging): LineKernel | undefined {
    if (fields > staging.columnsInMemory) return undefined;
    const plan = memory.take(headerBytes + lines.steps.length * stepBytes);
    const batch = memory.take(batchBytes);
    return plan === 0 || batch === 0 ? undefined : new LineKernel(memory, lines, staging, plan, batch);
  }

  #stepAt(number: number): number {
    return this.#plan + headerBytes + number * stepBytes;
  }

  /**
   * Reads lines that begin in [from, before) of the chunk buffer, of which `filled` bytes are there, into staged rows
   * from `row` on, up to `lastRow`. Returns the row behind the last one; `next` says where it stopped.
   */
  read(from: number, before: number, filled: number, row: number, lastRow: number): number {
    const bytes = this.#bytes;
    const reached = this.#memory.exports.readLines(
      this.#plan,
      bytes,
      bytes + from,
      bytes + before,
      bytes + filled,
      row,
      lastRow,
      this.#staging,
      this.#recordStarts,
    );
    this.next = this.#view.getUint32(this.#plan + at.next, true) - bytes;
    return reached;
  }
}
