/** The registry as text: versions, moves, one version, what was collected. */
import { counted } from '../gates/words.ts';
import {
  overrideInWords,
  type AliasMove,
  type Collection,
  type Inventory,
  type VersionDetails,
} from '../registry/index.ts';
import { renderTable } from './table.ts';

export function versionName({ name, version }: Pick<AliasMove, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

const shortTime = (iso: string): string => iso.slice(0, 16).replace('T', ' ');
const shortDigest = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);

function renderColumns(rows: readonly (readonly string[])[]): string {
  return renderTable(
    rows,
    rows[0]!.map(() => 'left'),
  );
}

export function renderInventory({ versions, aliases }: Inventory, home: string): string {
  if (versions.length === 0) {
    return `The registry in ${home} is empty.\n\nTry: npx harness promote --help`;
  }
  const pointers = aliases.map(({ alias, history }) => ({ alias, last: history.at(-1)! }));
  const rows = versions.map((each) => [
    versionName(each),
    pointers
      .filter(({ last }) => last.name === each.name && last.version === each.version)
      .map(({ alias }) => `@${alias}`)
      .join(' '),
    shortTime(each.importedAt),
    shortDigest(each.digests.weights),
  ]);
  const versionTable = renderColumns([['version', 'alias', 'imported', 'weights'], ...rows]);
  const moves = aliases.flatMap(({ history }) => history);
  return moves.length === 0 ? versionTable : `${versionTable}\n\n${renderMoves(moves)}`;
}

/** An override is marked in the table and told in full below it. */
export function renderMoves(moves: readonly AliasMove[]): string {
  const rows = moves.map((move) => [
    `@${move.alias}`,
    move.override === undefined ? move.kind : `${move.kind} !`,
    versionName(move),
    shortTime(move.at),
    move.by,
    move.reason ?? '',
  ]);
  const table = renderColumns([['alias', 'move', 'to', 'at', 'by', 'reason'], ...rows]);
  const overrides = moves.filter(({ kind }) => kind === 'promote').flatMap(overrideLine);
  return overrides.length === 0 ? table : `${table}\n\n${overrides.join('\n')}`;
}

/** One line, where the move was made against the rules. */
export function overrideLine({ alias, sequence, override, ...move }: AliasMove): string[] {
  if (override === undefined) return [];
  return [`! move ${sequence} of @${alias} to ${versionName(move)}: ${overrideInWords(override)}`];
}

export function renderVersion({ version, files, moves, evidence, aliases }: VersionDetails): string {
  const { base = [], data = [], training = [], licence = null } = version.lineage ?? {};
  const digests = Object.entries(version.digests).map(([part, digest]) => [part, String(digest ?? 'none')]);
  const lineage = [
    ...base.map(({ from, reference, weights }) => ['base', reference, weights ?? '', from]),
    ...data.map(({ from, name, digest }) => ['data', name, digest ?? '', from]),
    ...training.map(({ from, digest, steps, details }) => [
      'training',
      [
        ...(steps === null ? [] : [`${steps} steps`]),
        ...Object.entries(details).map(([key, value]) => `${key} ${value}`),
      ].join(', '),
      digest,
      from,
    ]),
    ...(licence === null ? [] : [['licence', licence, '', 'README.md']]),
  ];
  const importer = version.importedBy === undefined ? '' : ` by ${version.importedBy}`;
  const names = aliases.map((alias) => ` @${alias}`).join('');
  const parts = [
    `${versionName(version)}${names}\nimported ${shortTime(version.importedAt)}${importer}`,
    renderColumns([['object', version.object], ...digests]),
    renderColumns(
      files.map(({ name, part, size, digest }) => [name, part, counted(size, 'byte'), shortDigest(digest)]),
    ),
    lineage.length === 0
      ? 'lineage not known: no card or training log among the files, and nothing was said at import'
      : renderColumns([['lineage', 'what', 'digest', 'according to'], ...lineage]),
    ...(evidence === null
      ? ['never promoted']
      : [
          `evidence: run ${evidence.runId}\n${evidence.verdict.sentence}\ngates ${evidence.verdict.gatesDigest}`,
        ]),
    ...(moves.length === 0 ? [] : [renderMoves(moves)]),
  ];
  return parts.join('\n\n');
}

export function renderCollection({ collected, bytes, confirmed }: Collection): string {
  const total = counted(bytes, 'byte');
  if (collected.length === 0) return 'Nothing to collect: everything is needed or recent.';
  const rows = collected.map((each) => [each.what, each.name, counted(each.bytes, 'byte')]);
  const told = confirmed ? `Freed ${total}.` : `Would free ${total}. Try: npx harness models gc --yes`;
  return `${renderColumns(rows)}\n\n${told}`;
}
