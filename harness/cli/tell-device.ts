/** Where a model runs, in one quiet line: told where that was asked for, or is not what everyone has. */
import type { ModelInfo } from '../../engine/index.ts';

export function tellDevice({ device, deviceReason }: ModelInfo, wasAsked: boolean): void {
  if (deviceReason === undefined || (device === 'cpu' && !wasAsked)) return;
  process.stderr.write(`runs on ${device}: ${deviceReason}\n`);
}
