/** Reads protocol buffers from a file field by field (protobuf.dev, "Encoding"), so that large fields are passed over
 *  and every length is checked against the message it stands in. Knows the wire format; knows no messages. */
import { EngineError } from '../errors.ts';
import type { BinaryFile } from './binary-file.ts';

const WINDOW_BYTES = 1 << 16;

export interface Field {
  readonly number: number;
  /** Of a number; 0 for other fields. */
  readonly value: bigint;
  /** Where a length-delimited field's bytes begin and end; both 0 for a number. */
  readonly start: number;
  readonly end: number;
}

export class ProtobufReader {
  readonly #file: BinaryFile;
  #window = new Uint8Array(0);
  #windowStart = 0;

  constructor(file: BinaryFile) {
    this.#file = file;
  }

  get byteLength(): number {
    return this.#file.byteLength;
  }

  /** The fields of the message that lies between two positions of the file.
   *  @throws EngineError E_CHECKPOINT_INVALID when a field goes on beyond its message */
  async *fields(start: number, end: number): AsyncGenerator<Field> {
    let at = start;
    while (at < end) {
      const tag = await this.#varint(at, end);
      at = tag.end;
      const number = Number(tag.value >> 3n);
      const wireType = Number(tag.value & 7n);
      if (number === 0) throw this.fault(`a field without a number at ${at}`);
      if (wireType === 0) {
        const { value, end: after } = await this.#varint(at, end);
        at = after;
        yield { number, value, start: 0, end: 0 };
        continue;
      }
      let length = wireType === 1 ? 8 : wireType === 5 ? 4 : -1;
      if (wireType === 2) {
        const { value, end: after } = await this.#varint(at, end);
        if (value > BigInt(end - after)) {
          throw this.fault(
            `field ${number} claims ${value} bytes at ${after}, its message has ${end - after}`,
          );
        }
        at = after;
        length = Number(value);
      }
      if (length < 0 || at + length > end) throw this.fault(`field ${number} at ${at} is not readable`);
      yield { number, value: 0n, start: at, end: at + length };
      at += length;
    }
  }

  /** Numbers packed into one field. */
  async packed({ start, end }: Field, most: number): Promise<bigint[]> {
    const values: bigint[] = [];
    for (let at = start; at < end;) {
      if (values.length === most) throw this.fault(`more than ${most} numbers at ${start}`);
      const { value, end: after } = await this.#varint(at, end);
      values.push(value);
      at = after;
    }
    return values;
  }

  /** The text of a field of at most `most` bytes. */
  async text({ start, end }: Field, most = 4096): Promise<string> {
    if (end - start > most) throw this.fault(`a text of ${end - start} bytes at ${start}`);
    return new TextDecoder().decode(await this.#file.read(start, end - start, 'a text'));
  }

  fault(what: string): EngineError {
    return new EngineError('E_CHECKPOINT_INVALID', `${this.#file.path}: ${what}`);
  }

  async #varint(start: number, end: number): Promise<{ value: bigint; end: number }> {
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      const at = start + i;
      if (at >= end) throw this.fault(`a number at ${start} goes on beyond its message`);
      const byte = await this.#byte(at);
      value |= BigInt(byte & 127) << BigInt(7 * i);
      if (byte < 128) return { value: BigInt.asUintN(64, value), end: at + 1 };
    }
    throw this.fault(`a number at ${start} has more than ten bytes`);
  }

  async #byte(at: number): Promise<number> {
    const index = at - this.#windowStart;
    const known = index >= 0 ? this.#window[index] : undefined;
    if (known !== undefined) return known;
    const length = Math.min(WINDOW_BYTES, this.#file.byteLength - at);
    this.#window = await this.#file.read(at, length, 'a message');
    this.#windowStart = at;
    return this.#window[0]!;
  }
}
