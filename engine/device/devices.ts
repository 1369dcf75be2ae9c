/** Where a model runs: the devices there are, what each needs, and which one `auto` takes. */
import { existsSync, readdirSync } from 'node:fs';
import { EngineError } from '../errors.ts';
import type { GraphFormName } from '../nn/attention-forms.ts';
import { probeProvider } from './providers.ts';

interface DeviceRow {
  /** Of its graphs. */
  readonly form: GraphFormName;
  /** What to do where it does not start. */
  readonly remedy: string;
}

export const devices = {
  cpu: { form: 'inPlace', remedy: 'Remove node_modules and run npm ci again, on this machine.' },
  webgpu: {
    form: 'whole',
    remedy:
      process.platform === 'linux'
        ? "Install the graphics card's Vulkan driver (on Debian libvulkan1 and mesa-vulkan-drivers, or its maker's), or use --device cpu."
        : "Update the graphics card's driver, or use --device cpu.",
  },
  cuda: {
    form: 'whole',
    remedy:
      'On Linux with an NVIDIA card, CUDA 12 and cuDNN 9 run node node_modules/onnxruntime-node/script/install, which ' +
      'fetches the provider from NuGet; or use --device cpu.',
  },
} as const satisfies Record<string, DeviceRow>;

/** A driver compiles its first program, beside whatever else the machine does. */
const STARTS_WITHIN_MS = 30_000;

export type Device = keyof typeof devices;

export interface DeviceChoice {
  readonly device: Device;
  /** In words, to stand behind the device. */
  readonly reason: string;
}

function isDevice(name: unknown): name is Device {
  return typeof name === 'string' && Object.hasOwn(devices, name);
}

/** Files of a model below which `auto` leaves the cards alone: a step on a card waits for a launch a node, and rows of a
 *  batch run one by one there (DEVICES.md). */
const WORTH_A_CARD_BYTES = 200e6;

/** The device to use, tried in a process of its own where it is not the processor.
 *  `auto` never takes an adapter that the processor only imitates: it is slower than the processor itself.
 *  @param modelBytes of the model's files
 *  @throws EngineError E_DEVICE_UNAVAILABLE */
export async function chooseDevice(asked: string, modelBytes = Infinity): Promise<DeviceChoice> {
  if (asked === 'auto') {
    if (modelBytes >= WORTH_A_CARD_BYTES) return automatic();
    return { device: 'cpu', reason: 'the model is too small for a card to be quicker' };
  }
  if (!isDevice(asked)) {
    throw new EngineError('E_DEVICE_UNAVAILABLE', `there is no device ${JSON.stringify(asked)}`, {
      remedy: `Use one of auto, ${Object.keys(devices).join(', ')}.`,
    });
  }
  if (asked === 'cpu') return { device: asked, reason: 'asked for' };
  const { works, fault } = await probeProvider(asked, STARTS_WITHIN_MS);
  if (works !== true) {
    throw new EngineError('E_DEVICE_UNAVAILABLE', `the device ${asked} does not work here: ${fault}`, {
      remedy: devices[asked].remedy,
    });
  }
  const adapter = asked === 'webgpu' ? graphicsAdapter() : null;
  return {
    device: asked,
    reason: adapter?.isSoftware ? 'asked for, on a software adapter: correct, and slow' : 'asked for',
  };
}

async function automatic(): Promise<DeviceChoice> {
  const adapter = graphicsAdapter();
  if (adapter === null) return { device: 'cpu', reason: 'there is no graphics card' };
  if (adapter.isSoftware) return { device: 'cpu', reason: 'the only graphics adapter is software' };
  const refused: string[] = [];
  for (const device of adapter.isNvidia ? (['cuda', 'webgpu'] as const) : (['webgpu'] as const)) {
    const { works, fault } = await probeProvider(device, STARTS_WITHIN_MS);
    if (works === true) return { device, reason: adapter.name };
    refused.push(`${device} does not work: ${fault?.split('\n')[0]}`);
  }
  return { device: 'cpu', reason: refused.join('; ') };
}

export interface GraphicsAdapter {
  readonly name: string;
  /** Computed by the processor. */
  readonly isSoftware: boolean;
  readonly isNvidia: boolean;
}

const SOFTWARE_DRIVER = /swiftshader|lvp|lavapipe|llvmpipe/i;

/** What the operating system knows of graphics cards, without asking a driver; null where there is none.
 *  ONNX Runtime tells nothing of the adapter that it takes. Only a driver that the environment names can make that one
 *  of software on Linux: it refuses Mesa's, and the loader finds no other. */
export function graphicsAdapter(env: NodeJS.ProcessEnv = process.env): GraphicsAdapter | null {
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  if (named !== undefined && SOFTWARE_DRIVER.test(named)) {
    return { name: `the driver ${named}`, isSoftware: true, isNvidia: false };
  }
  const hardware = (name: string, isNvidia = false) => ({ name, isSoftware: false, isNvidia });
  if (process.platform === 'darwin') return hardware('a graphics card (Metal)');
  if (process.platform === 'win32') return hardware('a graphics card (Direct3D)');
  if (existsSync('/dev/nvidia0')) return hardware('the NVIDIA card /dev/nvidia0', true);
  // Linux inside Windows.
  if (existsSync('/dev/dxg')) return hardware('the graphics card /dev/dxg', true);
  const node = existsSync('/dev/dri')
    ? readdirSync('/dev/dri').find((name) => name.startsWith('renderD'))
    : undefined;
  return node === undefined ? null : hardware(`the graphics card /dev/dri/${node}`);
}
