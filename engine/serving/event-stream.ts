/** The answer of one generation piece by piece: as server-sent events, which OpenAI's clients read, or a JSON object a
 *  line, which Ollama's read. The answer begins with the first event: what fails before it is still an ordinary error
 *  with its own status. */
import { Readable } from 'node:stream';
import { ollamaBody, openaiBody, toHttpError, type HttpError } from './http-error.ts';

interface Framing {
  readonly contentType: string;
  readonly event: (data: object) => string;
  readonly end: string;
  readonly faultBody: (error: HttpError) => object;
}

export const serverSentEvents: Framing = {
  contentType: 'text/event-stream; charset=utf-8',
  event: (data) => `data: ${JSON.stringify(data)}\n\n`,
  end: 'data: [DONE]\n\n',
  faultBody: openaiBody,
};

export const jsonLines: Framing = {
  contentType: 'application/x-ndjson',
  event: (data) => `${JSON.stringify(data)}\n`,
  end: '',
  faultBody: ollamaBody,
};

/** @param produce emits events as they come and resolves when all are emitted
 *  @returns the stream, once there is something in it; rejects when production fails before that */
export async function eventStream(
  { event, end, faultBody }: Framing,
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
        stream.push(end);
        stream.push(null);
        return resolve(stream);
      })
      .catch((error: unknown) => {
        if (!begun) return reject(error);
        stream.push(event(faultBody(toHttpError(error))));
        stream.push(null);
      });
  });
}
