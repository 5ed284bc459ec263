/**
 * Reads the references of a source file to other modules, with the compiler's own parser, whatever their form:
 * import and export-from (also of types only), import(), import types, require() and
 * `new URL('./x', import.meta.url)`, which is how workers and other files are named.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

export interface Reference {
  /** As written; undefined where it is computed and cannot be checked. */
  readonly target: string | undefined;
  readonly line: number;
}

/** A file of the checked tree and what it refers to. `path` is relative to the tree, with slashes. */
export interface SourceFile {
  readonly path: string;
  readonly references: readonly Reference[];
}

const sourceName = /\.(?:[cm]?[jt]s|[jt]sx)$/;

/** All source files below the given folders of `root`, sorted by path. */
export function readTree(root: string, folders: readonly string[]): SourceFile[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && sourceName.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
    .map((file) => ({
      path: file.slice(root.length + 1).replaceAll('\\', '/'),
      references: readReferences(file, readFileSync(file, 'utf8')),
    }));
}

/** References of one source text; throws when it does not parse. */
export function readReferences(name: string, text: string): Reference[] {
  const { program, errors } = parseSync(name, text);
  if (errors[0] !== undefined) throw new Error(`${name}: ${errors[0].message}`);
  const references: Reference[] = [];
  visit(program, (node) => {
    const target = targetOf(node);
    if (target === undefined) return;
    references.push({ target: literalOf(target), line: lineAt(text, node.start) });
  });
  return references;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function visit(value: unknown, see: (node: Node) => void): void {
  if (Array.isArray(value)) {
    for (const part of value) visit(part, see);
    return;
  }
  if (!isNode(value)) return;
  see(value);
  for (const part of Object.values(value)) visit(part, see);
}

/** The expression that names the module, for a node that refers to one. */
function targetOf(node: Node): unknown {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType':
      return node['source'];
    case 'ExportNamedDeclaration':
      return node['source'] ?? undefined;
    case 'TSExternalModuleReference':
      return node['expression'];
    case 'CallExpression':
      return isRequire(node['callee']) ? firstOf(node['arguments']) : undefined;
    case 'NewExpression':
      return isModuleUrl(node) ? firstOf(node['arguments']) : undefined;
    default:
      return undefined;
  }
}

function isRequire(callee: unknown): boolean {
  if (!isNode(callee)) return false;
  if (callee.type === 'Identifier') return callee['name'] === 'require';
  return callee.type === 'MemberExpression' && isRequire(callee['object']);
}

/** `new URL(x, import.meta.url)`; a computed x names a place at run time, such as a built file, not a source. */
function isModuleUrl(node: Node): boolean {
  const [target, base] = Array.isArray(node['arguments']) ? node['arguments'] : [];
  if (!isNode(node['callee']) || node['callee']['name'] !== 'URL') return false;
  if (!isNode(base) || base.type !== 'MemberExpression') return false;
  if (!isNode(base['object']) || base['object'].type !== 'MetaProperty') return false;
  const text = literalOf(target);
  return text !== undefined && sourceName.test(text);
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? (list[0] ?? {}) : {};
}

function literalOf(target: unknown): string | undefined {
  if (!isNode(target)) return undefined;
  if (target.type === 'TSLiteralType') return literalOf(target['literal']);
  if (typeof target['value'] === 'string') return target['value'];
  if (target.type !== 'TemplateLiteral' || !Array.isArray(target['quasis']) || target['quasis'].length !== 1) return;
  const quasi: unknown = target['quasis'][0];
  if (!isNode(quasi)) return undefined;
  const value = quasi['value'];
  return typeof value === 'object' && value !== null && 'cooked' in value && typeof value.cooked === 'string'
    ? value.cooked
    : undefined;
}

function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++;
  return line;
}
