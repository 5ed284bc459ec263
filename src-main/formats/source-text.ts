/**
 * Bytes of a source as text, in the source's encoding. For values that cannot be spans; Buffer's decoders, since
 * TextDecoder costs some 0.3 microseconds a call and refuses shared memory.
 */
import { Buffer } from 'node:buffer';
import { textDecoderFor } from './decode-text.ts';

export class SourceText {
  private readonly isUtf8: boolean;
  /** Made when it is first needed: that takes long for some encodings. */
  private decode: ((bytes: Uint8Array) => string) | undefined;
  private view: Buffer = Buffer.alloc(0);
  private viewed: Uint8Array | undefined;

  constructor(private readonly encoding: string) {
    this.isUtf8 = /^(?:utf-?8|us-ascii|ascii)$/i.test(encoding);
  }

  /** The text of [start, end); what is not valid becomes U+FFFD. */
  read(bytes: Uint8Array, start: number, end: number): string {
    const view = this.viewOf(bytes);
    if (this.isUtf8) return view.toString('utf8', start, end);
    this.decode ??= textDecoderFor(this.encoding);
    // Copied: the decoder takes no shared memory.
    return this.decode(Uint8Array.prototype.slice.call(view, start, end));
  }

  /** The text of bytes that are known to be ASCII: numbers. */
  readAscii(bytes: Uint8Array, start: number, end: number): string {
    return this.viewOf(bytes).toString('latin1', start, end);
  }

  private viewOf(bytes: Uint8Array): Buffer {
    if (this.viewed !== bytes) {
      this.viewed = bytes;
      this.view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    return this.view;
  }
}
