/**
 * Draws icon.svg in every size and form that desktops want: PNG files for Linux, icon.ico for Windows and
 * icon.icns for macOS, both of which are lists of PNG pictures. Run it after a change of icon.svg and commit the
 * results: `node assets/render-icons.mjs`. Uses the Chromium of the tests, so that packaging needs no converter.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findChromium } from '../test/chromium.mjs';

const folder = import.meta.dirname;
const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];
const windowsSizes = [16, 24, 32, 48, 64, 128, 256];
/** Apple's type codes for PNG pictures, with their width in pixels. */
const macTypes = {
  icp4: 16,
  icp5: 32,
  ic11: 32,
  ic12: 64,
  ic07: 128,
  ic13: 256,
  ic08: 256,
  ic14: 512,
  ic09: 512,
  ic10: 1024,
};

const svg = readFileSync(join(folder, 'icon.svg'), 'utf8');
const { executablePath, args } = await findChromium();
const browser = await chromium.launch({ executablePath, args: [...args] });
/** @type {Map<number, Buffer>} */
const pictures = new Map();
try {
  const page = await browser.newPage();
  for (const size of new Set([...linuxSizes, ...windowsSizes, ...Object.values(macTypes)])) {
    // One page, one size at a time.
    // oxlint-disable no-await-in-loop
    await page.setViewportSize({ width: size, height: size });
    await page.setContent(`<style>*{margin:0}svg{display:block;width:100vw;height:100vh}</style>${svg}`);
    pictures.set(size, await page.screenshot({ omitBackground: true }));
    // oxlint-enable no-await-in-loop
  }
} finally {
  await browser.close();
}

mkdirSync(join(folder, 'icons'), { recursive: true });
for (const size of linuxSizes) writeFileSync(join(folder, 'icons', `${size}x${size}.png`), picture(size));
writeFileSync(join(folder, 'icon.png'), picture(1024));
writeFileSync(join(folder, 'icon.ico'), ico(windowsSizes));
writeFileSync(join(folder, 'icon.icns'), icns(macTypes));

/** @param {number} size */
function picture(size) {
  const png = pictures.get(size);
  if (png === undefined) throw new Error(`no picture of ${size} pixels was drawn`);
  return png;
}

/** Header, one 16-byte entry for each picture, the pictures. @param {readonly number[]} sizes */
function ico(sizes) {
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  for (const [index, size] of sizes.entries()) {
    const at = 6 + 16 * index;
    // 0 stands for 256.
    head.writeUInt8(size % 256, at);
    head.writeUInt8(size % 256, at + 1);
    head.writeUInt16LE(1, at + 4);
    head.writeUInt16LE(32, at + 6);
    head.writeUInt32LE(picture(size).length, at + 8);
    head.writeUInt32LE(offset, at + 12);
    offset += picture(size).length;
  }
  return Buffer.concat([head, ...sizes.map(picture)]);
}

/** Each block: type, its length with these 8 bytes, picture; all in a block 'icns'. @param {Readonly<Record<string, number>>} types */
function icns(types) {
  const blocks = Object.entries(types).map(([type, size]) => icnsBlock(type, picture(size)));
  return icnsBlock('icns', Buffer.concat(blocks));
}

/** @param {string} type @param {Buffer} content */
function icnsBlock(type, content) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(8 + content.length, 4);
  return Buffer.concat([head, content]);
}
