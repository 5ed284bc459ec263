/** Names that a page suggests for files on our disk. */

/** Names that Windows keeps for devices, with or without an extension. */
const deviceName = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** The last part of `name` without what a file system or a header could read otherwise; never empty. */
export function safeFileName(name: string, fallback: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? '';
  // Control and direction signs, halves of surrogate pairs, and what Windows reserves.
  const cleaned = last.replace(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu, '_').replace(/^[. ]+|[. ]+$/g, '');
  if (cleaned === '') return fallback;
  return shorten(deviceName.test(cleaned) ? `_${cleaned}` : cleaned);
}

/** File systems take 255 bytes; the engine adds an ending to its temporary files. Keeps the extension. */
function shorten(name: string): string {
  const limit = 200;
  if (Buffer.byteLength(name) <= limit) return name;
  const extension = /\.[A-Za-z0-9]{1,8}$/.exec(name)?.[0] ?? '';
  let stem = name.slice(0, name.length - extension.length);
  while (Buffer.byteLength(stem) + extension.length > limit) stem = stem.replace(/.$/u, '');
  return stem + extension;
}
