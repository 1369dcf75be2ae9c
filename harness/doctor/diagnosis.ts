/** What this machine can run: everything that `harness doctor` tells, as data, and what follows from it.
 *  Takes about two seconds, never five. */
import {
  chooseDevice,
  type DeviceChoice,
  graphicsAdapter,
  probeProviders,
  type ProviderState,
} from '../../engine/index.ts';
import { versions } from '../tasks/versions.ts';
import { fittingModels, type FittingModel } from './fitting-models.ts';
import { readFolders, type Folder } from './folders.ts';
import { copyBandwidth, readMemory, type Memory } from './memory.ts';
import { readProcessor, type Processor } from './processor.ts';

export interface Finding {
  /** A fault keeps the harness from working; a hint is what could be better or is missing on purpose. */
  readonly kind: 'fault' | 'hint';
  readonly what: string;
  /** What to do about it. */
  readonly remedy: string;
}

export interface Diagnosis {
  readonly platform: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly processor: Processor;
  readonly memory: Memory;
  /** Of one thread copying memory: decoding reads all weights once a token, and cannot be faster. */
  readonly bandwidthBytesPerSecond: number;
  readonly providers: readonly ProviderState[];
  /** The graphics card, as the system names it; null where there is none. */
  readonly adapter: string | null;
  /** What `--device auto` takes, and why. */
  readonly device: DeviceChoice;
  readonly folders: readonly Folder[];
  readonly models: readonly FittingModel[];
  /** Path of a browser that is installed; null where there is none. */
  readonly chromium: string | null;
  readonly findings: readonly Finding[];
}

const FOLDERS_WITHIN_MS = 1_000;

export async function diagnose(env: NodeJS.ProcessEnv = process.env): Promise<Diagnosis> {
  // First, while nothing else runs: what is started below would slow the copying.
  const bandwidthBytesPerSecond = copyBandwidth();
  const memory = readMemory();
  const adapter = graphicsAdapter(env);
  const [providers, device, folders, chromium, versionsHere] = await Promise.all([
    probeProviders(),
    chooseDevice('auto'),
    readFolders(env, performance.now() + FOLDERS_WITHIN_MS),
    findChromium(env),
    versions(),
  ]);
  const told = {
    platform: `${process.platform}-${process.arch}`,
    versions: versionsHere,
    processor: readProcessor(),
    memory,
    bandwidthBytesPerSecond,
    providers,
    adapter: adapter && `${adapter.name}${adapter.isSoftware ? ' (software)' : ''}`,
    device,
    folders,
    models: fittingModels(memory.freeBytes),
    chromium: chromium.path,
  };
  const faults = chromium.fault === null ? [] : [chromium.fault];
  return { ...told, findings: [...faults, ...findingsOf(told)] };
}

async function findChromium(
  env: NodeJS.ProcessEnv,
): Promise<{ readonly path: string | null; readonly fault: Finding | null }> {
  try {
    const { installedChromium } = await import('./chromium.ts');
    return { path: installedChromium(env)?.path ?? null, fault: null };
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    return { path: null, fault: { kind: 'hint', what, remedy: 'Unset HARNESS_CHROMIUM, or mend its path.' } };
  }
}

/** What is wrong or could be better, faults first. */
export function findingsOf(told: Omit<Diagnosis, 'findings'>): Finding[] {
  const { processor, providers, folders, memory, chromium } = told;
  const found: Finding[] = [];
  if (!isRecentNode(told.versions['node'] ?? '')) {
    found.push({
      kind: 'fault',
      what: `Node ${told.versions['node']} is too old`,
      remedy: 'Install Node 20.19 or newer.',
    });
  }
  for (const { provider, works, fault } of providers) {
    if (works === null) {
      found.push({
        kind: 'hint',
        what: `${provider}: not known, ${fault}`,
        remedy: 'Ask again when the machine is less busy.',
      });
    } else if (!works) found.push(findingOf(provider, fault ?? ''));
  }
  for (const { what, path, writable } of folders) {
    if (writable || (what !== 'runs' && what !== 'registry' && what !== 'prepared weights')) continue;
    found.push({
      kind: 'fault',
      what: `The folder for ${what}, ${path}, cannot be written`,
      remedy:
        what === 'prepared weights' ? 'Set TMPDIR to a folder of yours.' : 'Set HARNESS_HOME to another.',
    });
  }
  if (processor.instructionSets !== null && processor.architecture === 'x64') {
    if (!processor.instructionSets.includes('AVX2')) {
      found.push({
        kind: 'hint',
        what: 'The processor has no AVX2: generation is several times slower',
        remedy: 'Judge small models, or a model behind an endpoint: --model http://host/v1#name.',
      });
    }
  }
  if (memory.freeBytes < 1e9) {
    found.push({
      kind: 'hint',
      what: `Only ${Math.round(memory.freeBytes / 1e6)} MB of memory are free`,
      remedy: 'End what else runs, or give the container more.',
    });
  }
  if (chromium === null) {
    found.push({
      kind: 'hint',
      what: 'No Chromium is installed: only tests in a browser need one',
      remedy: 'npx playwright install chromium, or set HARNESS_CHROMIUM to its path.',
    });
  }
  return found.sort((a, b) => rank(a) - rank(b));
}

function rank({ kind }: Finding): number {
  return kind === 'fault' ? 0 : 1;
}

function findingOf(provider: ProviderState['provider'], fault: string): Finding {
  const why = fault.split('\n')[0]!;
  if (provider === 'cpu') {
    return {
      kind: 'fault',
      what: `ONNX Runtime does not run on this machine: ${why}`,
      remedy: 'Remove node_modules and run npm ci again, on this machine.',
    };
  }
  if (provider === 'webgpu') {
    const noAdapter = /adapter/i.test(why);
    return {
      kind: 'hint',
      what: noAdapter ? 'webgpu: there is no graphics adapter that it can use' : `webgpu: ${why}`,
      remedy:
        process.platform === 'linux'
          ? 'With a graphics card: install its Vulkan driver (mesa-vulkan-drivers, or that of its maker).'
          : 'With a graphics card: update its driver.',
    };
  }
  return {
    kind: 'hint',
    what: 'cuda: its libraries are not installed',
    remedy:
      'On Linux with an NVIDIA card, CUDA 12 and cuDNN 9: node node_modules/onnxruntime-node/script/install',
  };
}

/** 20.19 is the first that requires modules as we do. */
function isRecentNode(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 20 || (major === 20 && minor >= 19);
}
