/** Encodings offered by name; detection covers the common ones. */
export const encodings: readonly { readonly name: string; readonly title: string }[] = [
  { name: 'utf-8', title: 'UTF-8' },
  { name: 'utf-16le', title: 'UTF-16 LE' },
  { name: 'utf-16be', title: 'UTF-16 BE' },
  { name: 'windows-1252', title: 'Windows-1252 (Western)' },
  { name: 'iso-8859-1', title: 'ISO 8859-1 (Western)' },
  { name: 'iso-8859-2', title: 'ISO 8859-2 (Central European)' },
  { name: 'windows-1251', title: 'Windows-1251 (Cyrillic)' },
  { name: 'koi8-r', title: 'KOI8-R (Russian)' },
  { name: 'cp949', title: 'CP949 (Korean)' },
  { name: 'euc-kr', title: 'EUC-KR (Korean)' },
  { name: 'shift_jis', title: 'Shift JIS (Japanese)' },
  { name: 'euc-jp', title: 'EUC-JP (Japanese)' },
  { name: 'gb18030', title: 'GB 18030 (Chinese)' },
  { name: 'big5', title: 'Big5 (Chinese)' },
];
