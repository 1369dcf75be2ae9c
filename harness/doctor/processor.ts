/** The processor as the operating system describes it. Knows no model. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';

export interface Processor {
  readonly name: string;
  readonly architecture: string;
  /** Threads that this process may use: fewer than the machine has where a container limits them. */
  readonly threads: number;
  readonly machineThreads: number;
  /** Of those that matrix kernels use; null where the system does not tell. */
  readonly instructionSets: readonly string[] | null;
}

/** Names in /proc/cpuinfo and what they are called elsewhere, in the order in which they are shown. */
const INSTRUCTION_SETS: Readonly<Record<string, string>> = {
  avx: 'AVX',
  avx2: 'AVX2',
  fma: 'FMA',
  f16c: 'F16C',
  avx_vnni: 'AVX-VNNI',
  avx512f: 'AVX-512',
  avx512_vnni: 'AVX-512 VNNI',
  avx512_bf16: 'AVX-512 BF16',
  amx_int8: 'AMX INT8',
  asimd: 'NEON',
  asimddp: 'NEON dot product',
  i8mm: 'I8MM',
  bf16: 'BF16',
  sve: 'SVE',
};

export function readProcessor(): Processor {
  const all = cpus();
  return {
    name: all[0]?.model.trim() || 'unknown',
    architecture: process.arch,
    threads: availableParallelism(),
    machineThreads: all.length,
    instructionSets: instructionSets(),
  };
}

function instructionSets(): string[] | null {
  try {
    if (process.platform === 'linux') return parseFlags(readFileSync('/proc/cpuinfo', 'utf8'));
    if (process.platform === 'darwin') {
      const command = ['-n', 'machdep.cpu.features', 'machdep.cpu.leaf7_features'];
      if (process.arch === 'arm64') return ['NEON', 'NEON dot product']; // every Apple processor since M1
      const told = execFileSync('sysctl', command, { encoding: 'utf8', timeout: 1000 });
      return parseFlags(`flags: ${told.toLowerCase().replaceAll('\n', ' ').replace('avx1.0', 'avx')}`);
    }
  } catch {
    // A sandbox may hide it: it is not known, not absent.
  }
  return null;
}

/** Of the first processor in /proc/cpuinfo. */
export function parseFlags(cpuinfo: string): string[] | null {
  const line = /^(?:flags|Features)\s*:(.*)$/m.exec(cpuinfo)?.[1];
  if (line === undefined) return null;
  const present = new Set(line.trim().split(/\s+/));
  return Object.entries(INSTRUCTION_SETS)
    .filter(([flag]) => present.has(flag))
    .map(([, name]) => name);
}
