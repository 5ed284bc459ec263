/** What this program uses of seek-bzip, which has no types of its own. */
declare module '@openpgp/seek-bzip' {
  interface Input {
    readByte(): number;
    read(target: Uint8Array, offset: number, length: number): number;
    eof(): boolean;
  }
  interface Output {
    writeByte(byte: number): void;
  }
  const Bunzip: { decode(input: Input, output: Output, multistream: boolean): void };
  export default Bunzip;
}
