/** A newcomer's machine: a fresh Debian with Node and npm alone, in a chroot. Every command of README.md and the
 *  guides runs there, timed: README in a clone after npm ci, each guide in a project that installed the packed
 *  tarball.
 *
 *      npm run check:newcomer [-- --root DIR] [README.md ci.md …]
 *
 *  Needs root, debootstrap, and the network for Debian and npm. `--root DIR` keeps the Debian in DIR for the next time. */
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { guideSteps } from '../helpers/guide-commands.ts';

const RELEASE = 'trixie'; // the first Debian whose own Node is new enough
const HOME = '/home/newcomer';
const LIMIT_MS = 600_000;

if (process.getuid?.() !== 0) throw new Error('check:newcomer makes a chroot: run it as root');

const args = process.argv.slice(2);
const at = args.indexOf('--root');
const kept = at < 0 ? null : args.splice(at, 2)[1]!;
const root = kept ?? mkdtempSync(join(tmpdir(), 'newcomer-'));
let failed = 0;
let proc = false;

function tell(sign: '✓' | '✕', where: string, command: string, seconds: number, tail = ''): void {
  process.stdout.write(`${sign} ${where}: ${command}, ${seconds.toFixed(1)} s\n`);
  if (sign === '✕') {
    failed++;
    process.stdout.write(`${tail.slice(-2_000)}\n`);
  }
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME,
  LANG: 'C.UTF-8',
  NO_COLOR: '1',
  ...(process.env['NODE_EXTRA_CA_CERTS'] && { NODE_EXTRA_CA_CERTS: '/etc/newcomer-ca.pem' }),
};

function inside(folder: string, command: string): { code: number; seconds: number; output: string } {
  const started = performance.now();
  const done = spawnSync('chroot', [root, '/bin/sh', '-c', `cd '${folder}' && ${command}`], {
    env: environment,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    maxBuffer: 64 << 20,
  });
  const seconds = (performance.now() - started) / 1000;
  return { code: done.status ?? -1, seconds, output: `${done.stdout}${done.stderr}` };
}

/** Runs it and tells; whether it went as expected. */
function expectCode(where: string, folder: string, command: string, exits: readonly number[] = [0]): boolean {
  const { code, seconds, output } = inside(folder, command);
  const isExpected = exits.includes(code);
  tell(isExpected ? '✓' : '✕', where, `${command} (${code})`, seconds, output);
  return isExpected;
}

function makeDebian(): void {
  if (existsSync(join(root, 'usr/bin/npm'))) return;
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
  execFileSync('debootstrap', ['--variant=minbase', '--include=ca-certificates', RELEASE, root], quiet);
  cpSync('/etc/resolv.conf', join(root, 'etc/resolv.conf'), { dereference: true });
  for (const command of ['apt-get update', 'apt-get install -y --no-install-recommends nodejs npm']) {
    execFileSync('chroot', [root, '/bin/sh', '-c', `DEBIAN_FRONTEND=noninteractive ${command}`], quiet);
  }
}

async function walk(guide: string, folder: string, text: string): Promise<void> {
  const servers: ChildProcess[] = [];
  try {
    for (const step of guideSteps(text)) {
      if (step.kind === 'file') {
        const path = join(root, folder, step.path);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, step.text);
      } else if (step.port !== null) {
        const command = `cd '${folder}' && exec ${step.command.replace('npx harness', 'node_modules/.bin/harness')}`;
        servers.push(
          spawn('chroot', [root, '/bin/sh', '-c', command], { env: environment, stdio: 'ignore' }),
        );
        await sleep(8_000);
      } else if (!expectCode(guide, folder, step.command, step.exits)) break;
    }
  } finally {
    for (const server of servers) server.kill('SIGTERM');
  }
}

try {
  makeDebian();
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  if (ca) cpSync(ca, join(root, 'etc/newcomer-ca.pem'), { dereference: true });
  execFileSync('mount', ['-t', 'proc', 'proc', join(root, 'proc')]);
  proc = true;
  const home = join(root, HOME);
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const clone = `${HOME}/harness`;
  execFileSync('git', ['clone', '--quiet', '.', join(root, clone)]);
  process.stdout.write(`Debian ${RELEASE}, Node ${inside('/', 'node --version').output.trim()}\n`);
  const asked = (name: string) => args.length === 0 || args.some((each) => name.endsWith(each));
  if (expectCode('install', clone, 'npm ci')) {
    if (asked('README.md')) await walk('README.md', clone, readFileSync('README.md', 'utf8'));
    const guides = readdirSync('docs').filter((name) => name.endsWith('.md') && asked(name));
    if (guides.length > 0 && expectCode('install', clone, 'npm run build && npm pack')) {
      for (const name of guides) {
        const text = readFileSync(join('docs', name), 'utf8');
        if (guideSteps(text).length === 0) continue;
        const folder = `${HOME}/${name.replace('.md', '')}`;
        mkdirSync(join(root, folder));
        writeFileSync(join(root, folder, 'package.json'), '{"private": true, "type": "module"}\n');
        writeFileSync(join(root, folder, '.npmrc'), 'ignore-scripts=true\n');
        const install = `npm install --no-audit --no-fund ../harness/modelgate-harness-*.tgz`;
        if (expectCode(name, folder, install)) await walk(name, folder, text);
      }
    }
  }
} finally {
  if (proc) execFileSync('umount', [join(root, 'proc')]);
  if (kept === null) rmSync(root, { recursive: true, force: true });
}
process.stdout.write(failed === 0 ? 'A newcomer gets through.\n' : `${failed} commands failed.\n`);
process.exitCode = failed === 0 ? 0 : 1;
