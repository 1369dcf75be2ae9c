/** A file read by position, every read checked against its size before anything is allocated.
 *  Knows nothing of formats. */
import { createHash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';
import { EngineError } from '../errors.ts';

export class BinaryFile {
  readonly path: string;
  readonly byteLength: number;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle, byteLength: number) {
    this.path = path;
    this.#handle = handle;
    this.byteLength = byteLength;
  }

  static async open(path: string): Promise<BinaryFile> {
    let handle: FileHandle;
    try {
      handle = await open(path, 'r');
    } catch (cause) {
      throw new EngineError('E_MODEL_NOT_FOUND', `cannot open ${path}: ${String(cause)}`, { cause });
    }
    const stats = await handle.stat();
    if (!stats.isFile()) {
      await handle.close();
      throw new EngineError('E_MODEL_NOT_FOUND', `${path} is not a file`);
    }
    return new BinaryFile(path, handle, stats.size);
  }

  /** Exactly `length` bytes from `offset`, in a buffer of their own (so that any typed view is aligned).
   *  @throws EngineError E_CHECKPOINT_INVALID when the file is shorter */
  async read(offset: number, length: number, what: string): Promise<Uint8Array<ArrayBuffer>> {
    if (
      !Number.isSafeInteger(offset) ||
      !Number.isSafeInteger(length) ||
      length < 0 ||
      offset + length > this.byteLength
    ) {
      throw new EngineError(
        'E_CHECKPOINT_INVALID',
        `${this.path}: ${what} asks for ${length} bytes at ${offset}, the file has ${this.byteLength}`,
      );
    }
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const { bytesRead } = await this.#handle.read(bytes, done, length - done, offset + done);
      if (bytesRead === 0) {
        throw new EngineError('E_CHECKPOINT_INVALID', `${this.path}: ended while reading ${what}`);
      }
      done += bytesRead;
    }
    return bytes;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}

/** `sha256:<hex>` of a file's bytes, read through one buffer: a stream would leave one a chunk to be collected. */
export async function digestOfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    const handle = await open(path, 'r');
    try {
      const buffer = new Uint8Array(1 << 20);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, buffer.length);
        if (bytesRead === 0) break;
        hash.update(buffer.subarray(0, bytesRead));
      }
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw new EngineError('E_MODEL_NOT_FOUND', `cannot read ${path}: ${String(cause)}`, { cause });
  }
  return `sha256:${hash.digest('hex')}`;
}
