/** Writes that outlast a power cut: what they leave is complete or absent. */
import { open, rename, writeFile } from 'node:fs/promises';

/** Writes indented JSON through to the disk under another name, then renames. */
export async function writeJsonThrough(path: string, value: unknown): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`, { flush: true });
  await rename(beside, path);
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
