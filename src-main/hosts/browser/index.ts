export { serveBrowser, type BrowserHost, type BrowserHostSettings } from './serve-browser.ts';
