/** Where the bytes of records come from. */
export { type ByteSource, explain, openFile } from './file/open-file.ts';
