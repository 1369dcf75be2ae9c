/** Runs the commands of a guide in a project of its own, as a reader would. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../../harness/tasks/package-root.ts';
import { guideSteps } from './guide-commands.ts';

export interface GuideResult {
  readonly command: string;
  readonly code: number;
  readonly isExpected: boolean;
  readonly seconds: number;
  readonly output: string;
}

export interface GuideOptions {
  /** Commands marked long as well. */
  readonly long?: boolean;
  /** Leaves a command out, or runs another in its place. */
  readonly replace?: (command: string) => string | null;
}

/** A project in which `npx harness` is this checkout. */
export async function makeProject(dir: string): Promise<void> {
  await mkdir(join(dir, 'node_modules/@modelgate'), { recursive: true });
  await mkdir(join(dir, 'node_modules/.bin'), { recursive: true });
  await symlink(packageRoot, join(dir, 'node_modules/@modelgate/harness'));
  await symlink(join(packageRoot, 'bin/harness.js'), join(dir, 'node_modules/.bin/harness'));
  await writeFile(join(dir, 'package.json'), '{"name": "project", "private": true, "type": "module"}\n');
}

export async function runGuide(
  path: string,
  dir: string,
  options: GuideOptions = {},
): Promise<GuideResult[]> {
  const results: GuideResult[] = [];
  const servers: ReturnType<typeof spawn>[] = [];
  const { HARNESS_RUN: _, GITHUB_ACTIONS: __, ...inherited } = process.env;
  const env = {
    ...inherited,
    NO_COLOR: '1',
    PATH: `${join(dir, 'node_modules/.bin')}:${process.env['PATH']}`,
  };
  try {
    for (const step of guideSteps(await readFile(path, 'utf8'))) {
      if (step.kind === 'file') {
        await mkdir(dirname(join(dir, step.path)), { recursive: true });
        await writeFile(join(dir, step.path), step.text);
        continue;
      }
      const command = (options.replace ?? String)(step.command);
      if (command === null || (step.isLong && !options.long)) continue;
      const started = performance.now();
      if (step.port !== null) {
        // No shell between: the signal has to reach the server.
        const [program, ...args] = command.replace(/^npx /, '').split(' ');
        servers.push(spawn(program!, args, { cwd: dir, env, stdio: 'ignore' }));
        await answersOn(step.port);
        continue;
      }
      const done = spawnSync('sh', ['-c', command.replaceAll('npx harness', 'harness')], {
        cwd: dir,
        env,
        encoding: 'utf8',
        timeout: 600_000,
        maxBuffer: 64 << 20,
      });
      const code = done.status ?? -1;
      results.push({
        command: step.command,
        code,
        isExpected: step.exits.includes(code),
        seconds: (performance.now() - started) / 1000,
        output: `${done.stdout}${done.stderr}`,
      });
      if (!step.exits.includes(code)) break;
    }
  } finally {
    for (const server of servers) server.kill('SIGTERM');
  }
  return results;
}

async function answersOn(port: number): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (isUp) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on port ${port}`);
}
