/** TensorBoard's event files: protocol buffers (tensorflow/core/util/event.proto) in records that carry checksums
 *  (tensorflow/core/lib/io/record_writer.h): length, checksum of the length, content, checksum of the content, all little
 *  endian, checksums being masked CRC-32C. Knows bytes; knows nothing of training. */
import { MessageWriter } from '../onnx/protobuf.ts';

const POLYNOMIAL = 0x82f63b78;
const MASK = 0xa282ead8;

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL : value >>> 1;
  return value;
});

/** CRC-32C (Castagnoli; RFC 3720, appendix B.4). */
export function crc32c(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ (value >>> 8);
  return ~value >>> 0;
}

function masked(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + MASK) >>> 0;
}

function record(content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(content.byteLength + 16);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(content.byteLength), true);
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(content, 12);
  view.setUint32(12 + content.byteLength, masked(content), true);
  return bytes;
}

function event(seconds: number, step: number): MessageWriter {
  return new MessageWriter().double(1, seconds).int(2, step);
}

/** What every file begins with. */
export function versionRecord(seconds: number): Uint8Array {
  return record(event(seconds, 0).string(3, 'brain.Event:2').finish());
}

/** Tells readers that what earlier files hold of this step and later ones was undone. */
export function restartRecord(seconds: number, step: number): Uint8Array {
  const start = new MessageWriter().int(1, 1);
  return record(event(seconds, step).message(7, start).finish());
}

/** @param scalars by tag; a slash in a tag groups charts */
export function scalarsRecord(
  seconds: number,
  step: number,
  scalars: Readonly<Record<string, number>>,
): Uint8Array {
  const summary = new MessageWriter();
  for (const [tag, value] of Object.entries(scalars)) {
    summary.message(1, new MessageWriter().string(1, tag).float(2, value));
  }
  return record(event(seconds, step).message(5, summary).finish());
}
