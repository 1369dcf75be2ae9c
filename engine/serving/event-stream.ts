/** Server-sent events of one generation, as OpenAI streams them. The answer begins with the first event: what
 *  fails before it is still an ordinary error with its own status. */
import { Readable } from 'node:stream';
import { openaiBody, toHttpError } from './http-error.ts';

const event = (data: object | string): string =>
  `data: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`;

/** @param produce emits events as they come and resolves when all are emitted
 *  @returns the stream, once there is something in it; rejects when production fails before that */
export async function eventStream(
  produce: (emit: (data: object) => void) => Promise<void>,
): Promise<Readable> {
  const stream = new Readable({ read: () => undefined });
  return await new Promise((resolve, reject) => {
    let begun = false;
    const emit = (data: object): void => {
      begun = true;
      stream.push(event(data));
      resolve(stream);
    };
    produce(emit)
      .then(() => {
        stream.push(event('[DONE]'));
        stream.push(null);
        return resolve(stream);
      })
      .catch((error: unknown) => {
        if (!begun) return reject(error);
        stream.push(event(openaiBody(toHttpError(error))));
        stream.push(null);
      });
  });
}
