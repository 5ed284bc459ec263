/** The Content-Disposition of a download by a safe name: plain ASCII for old readers, all of it by RFC 8187. */
export function attachment(name: string): string {
  const ascii = name.replace(/[^ -~]|["\\%]/gu, '_');
  const percent = (sign: string): string => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`;
  const encoded = encodeURIComponent(name).replace(/['()*]/g, percent);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
