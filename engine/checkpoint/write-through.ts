/** Writes that outlast a power cut: what they leave is complete or absent. */
import { open, rename, writeFile } from 'node:fs/promises';

/** Writes text through to the disk under another name, then renames. */
export async function writeTextThrough(path: string, text: string): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, text, { flush: true });
  await rename(beside, path);
}

/** As text, indented. */
export function writeJsonThrough(path: string, value: unknown): Promise<void> {
  return writeTextThrough(path, `${JSON.stringify(value, null, 2)}\n`);
}

/** Makes created and renamed entries of a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
