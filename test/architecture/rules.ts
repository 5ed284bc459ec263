/**
 * Who may import whom, as a table, and the function that checks a tree against it. docs/architecture.md has the
 * reasons. A new folder or package is allowed by a line here, in the commit that needs it.
 */
import { isBuiltin } from 'node:module';
import { posix } from 'node:path';
import type { Reference, SourceFile } from './imports.ts';

export interface Zone {
  /** Zones that files of this one may import; its own is always allowed. */
  readonly zones: readonly string[];
  readonly packages?: readonly string[];
  /** May use the modules of Node itself, but for the reserved ones. */
  readonly node?: boolean;
  /** Reserved modules of Node that this zone may use. */
  readonly reserved?: readonly string[];
  /** May load modules by a computed name. */
  readonly computed?: boolean;
}

export interface Rules {
  /** By path; the longest one that holds a file is its zone. */
  readonly zones: { readonly [path: string]: Zone };
  /** Modules of Node that only zones which name them may use. */
  readonly reserved: readonly string[];
  readonly debt: readonly Debt[];
}

/** A rule broken on purpose. An entry without a matching import fails the test, so the list only shrinks. */
export interface Debt {
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

export interface Violation {
  readonly from: string;
  readonly line: number;
  readonly to: string;
  readonly rule: string;
}

const userFiles = 'src-main/user-files.ts';
const columns = ['src-main/formats', 'src-main/index', 'src-main/kernels'];
const engine = [...columns, 'src-main/sources', 'src-main/workers', 'src-main/engine/export'];
const editor = ['autocomplete', 'commands', 'language', 'lint', 'state', 'view'].map((name) => `@codemirror/${name}`);
const widgets = ['ag-grid-community', 'ag-grid-react', 'radix-ui', 'react', 'react-dom', 'react-resizable-panels'];
const charts = ['chart.js'];
const hostMayImport = ['src-shared', 'src-main', 'src-main/engine', 'src-main/workers', 'package.json'];
const grammar = ['@lezer/common', '@lezer/highlight', '@lezer/lr'];

export const rules: Rules = {
  zones: {
    'src-shared': { zones: [], packages: grammar },

    'src-renderer': {
      zones: ['src-shared'],
      packages: [...grammar, ...editor, ...widgets, ...charts],
    },
    'src-renderer/vite.config.ts': { zones: [], packages: ['vite', '@vitejs/plugin-react'], node: true },

    // Name and version, nothing else.
    'package.json': { zones: [] },
    'src-main': { zones: ['src-shared', 'package.json'], node: true },
    'src-main/build.mjs': { zones: ['src-main'], packages: ['vite', 'assemblyscript'], node: true },
    'src-main/vite.config.ts': { zones: [], packages: ['vite'], node: true },

    [userFiles]: { zones: [], packages: ['original-fs'], node: true },

    'src-main/formats': {
      zones: ['src-shared', ...columns],
      packages: ['@eslint-community/regexpp', 'bowser', 'chardet', 'iconv-lite', 're2js', 'temporal-polyfill'],
      node: true,
    },
    'src-main/index': { zones: ['src-shared', ...columns], packages: ['@eslint-community/regexpp'], node: true },
    'src-main/kernels': { zones: ['src-shared', ...columns], node: true },
    'src-main/workers': {
      zones: ['src-shared', 'src-main', userFiles, ...columns, 'src-main/sources', 'src-main/engine/export'],
      packages: ['@openpgp/seek-bzip', 'fzstd', 'xz-decompress'],
      node: true,
    },
    'src-main/sources': { zones: ['src-shared', 'src-main', userFiles, ...columns, 'src-main/workers'], node: true },
    'src-main/engine': {
      zones: ['src-shared', 'src-main', ...engine],
      packages: ['re2js', 'temporal-polyfill'],
      node: true,
    },

    // Rows become text in workers too, so this part of the engine stands on its own.
    'src-main/engine/export': { zones: ['src-shared', userFiles, 'src-main/formats'], node: true },

    'src-main/hosts': { zones: ['src-main', 'src-main/hosts/launch.mjs'], node: true },
    'src-main/hosts/launch.mjs': { zones: ['src-main/hosts'], node: true, computed: true },
    'src-main/hosts/electron': {
      zones: hostMayImport,
      packages: ['electron', 'original-fs'],
      node: true,
    },
    'src-main/hosts/browser': {
      zones: hostMayImport,
      packages: ['ws'],
      node: true,
      reserved: ['http'],
    },
    'src-main/hosts/cli': {
      zones: hostMayImport,
      node: true,
    },
  },
  reserved: ['http', 'https', 'http2'],
  debt: [],
};

/** Every import that no rule allows, and every debt that no import needs any more. */
export function findViolations(files: readonly SourceFile[], { zones, reserved, debt }: Rules): Violation[] {
  const paths = new Set(files.map((file) => file.path));
  const violations = files.flatMap((file) =>
    file.references.flatMap((reference) => {
      const rule = brokenRule(file.path, reference, zones, reserved, paths);
      return rule === undefined
        ? []
        : [{ from: file.path, line: reference.line, to: reference.target ?? '(computed)', rule }];
    }),
  );
  const owes = (entry: Debt) => (found: Violation) => found.from === entry.from && found.to === entry.to;
  const paid = debt
    .filter((entry) => !violations.some(owes(entry)))
    .map(({ from, to }) => ({ from, line: 0, to, rule: 'this debt is paid: remove it from the list' }));
  return [...violations.filter((found) => !debt.some((entry) => owes(entry)(found))), ...paid];
}

function brokenRule(
  from: string,
  { target }: Reference,
  zones: Rules['zones'],
  reserved: readonly string[],
  paths: ReadonlySet<string>,
): string | undefined {
  const zoneName = zoneOf(from, zones);
  if (zoneName === undefined) return 'the file is in no zone';
  const zone = zones[zoneName] ?? { zones: [] };
  if (target === undefined) return zone.computed === true ? undefined : `${zoneName} may not load computed names`;
  if (!target.startsWith('.')) return brokenPackageRule(zoneName, zone, target, reserved);

  const path = resolve(from, target, paths);
  const targetZone = zoneOf(path, zones);
  if (targetZone !== zoneName && (targetZone === undefined || !zone.zones.includes(targetZone))) {
    return `${zoneName} may not import ${targetZone ?? 'from outside the sources'}`;
  }
  const door = doorBetween(from, path, targetZone, paths);
  return door === undefined || door === path ? undefined : `the door is ${door}`;
}

function brokenPackageRule(
  zoneName: string,
  zone: Zone,
  target: string,
  reserved: readonly string[],
): string | undefined {
  if (isBuiltin(target)) {
    const builtin = target.replace(/^node:/, '');
    const isAllowed = reserved.includes(builtin) ? zone.reserved?.includes(builtin) : zone.node;
    return isAllowed === true ? undefined : `${zoneName} may not use ${target}`;
  }
  const name = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  return zone.packages?.includes(name) === true ? undefined : `${zoneName} may not use the package ${name}`;
}

function zoneOf(path: string, zones: Rules['zones']): string | undefined {
  return Object.keys(zones)
    .filter((zone) => path === zone || path.startsWith(`${zone}/`))
    .toSorted((a, b) => b.length - a.length)[0];
}

/** The path that a relative reference names, as bundlers resolve it. */
function resolve(from: string, target: string, paths: ReadonlySet<string>): string {
  const path = posix.join(posix.dirname(from), target.replace(/\?.*$/, ''));
  const candidates = [path, `${path}.ts`, `${path}.tsx`, `${path}/index.ts`];
  return candidates.find((candidate) => paths.has(candidate)) ?? path;
}

/** The index.ts of the outermost folder around `to`, within its zone, that is not around `from`; where there is one. */
function doorBetween(from: string, to: string, zone: string, paths: ReadonlySet<string>): string | undefined {
  const parts = to.split('/');
  for (let depth = zone.split('/').length; depth < parts.length; depth++) {
    const folder = parts.slice(0, depth).join('/');
    if (!from.startsWith(`${folder}/`) && paths.has(`${folder}/index.ts`)) return `${folder}/index.ts`;
  }
  return undefined;
}
