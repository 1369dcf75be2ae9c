/** What a failed request is answered: any error becomes one fault, and a fault has three shapes, that of the source
 *  document's routes, OpenAI's and Ollama's. What nobody foresaw is answered 500 and says nothing of the inside. */
import { EngineError, type EngineErrorCode } from '../errors.ts';

export interface FieldFault {
  /** Dotted path in the body; `body` for the whole. */
  readonly field: string;
  readonly message: string;
  /** The rule that was broken, such as `required` or `maximum`. */
  readonly rule: string;
}

/** A request that is refused for a reason of HTTP: no key, too many requests, no such route. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly code: string;
  readonly fields: readonly FieldFault[];
  readonly retryAfterS: number | null;

  constructor(
    status: number,
    code: string,
    message: string,
    options: { readonly fields?: readonly FieldFault[]; readonly retryAfterS?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfterS = options.retryAfterS ?? null;
  }
}

/** What the server itself refuses, with the status; codes of the engine have a table of their own. */
export const refusals = {
  E_UNAUTHORIZED: 401,
  E_NO_ROUTE: 404,
  /** OpenAI's own code, on which clients act. */
  model_not_found: 404,
  E_RATE_LIMIT: 429,
  E_QUEUE_FULL: 429,
  E_ABORTED: 499,
  E_UNEXPECTED: 500,
  E_NOT_OFFERED: 501,
  E_LOADING: 503,
  E_DRAINING: 503,
  E_TIMEOUT: 504,
} as const satisfies Record<string, number>;

export function refusal(
  code: keyof typeof refusals,
  message: string,
  options: ConstructorParameters<typeof HttpError>[3] = {},
): HttpError {
  return new HttpError(refusals[code], code, message, options);
}

export function invalidField(field: string, message: string, rule: string): HttpError {
  const fields = [{ field, message, rule }];
  return new HttpError(422, 'E_REQUEST_INVALID', `${field} ${message}`, { fields });
}

/** Engine errors that are not the server's own failure. */
const engineStatus: { readonly [Code in EngineErrorCode]?: number } = {
  E_PROMPT_EMPTY: 422,
  E_PROMPT_TOO_LONG: 422,
  E_REQUEST_INVALID: 422,
  E_CHAT_TEMPLATE_INVALID: 422,
  E_MODEL_CLOSED: 503,
};

/** ajv's account of a broken rule, as fastify hands it on. */
interface SchemaFault {
  readonly instancePath: string;
  readonly keyword: string;
  readonly message?: string;
  readonly params: Readonly<Record<string, unknown>>;
}

interface FrameworkError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly validation?: readonly SchemaFault[];
}

function fieldFault({ instancePath, keyword, message, params }: SchemaFault): FieldFault {
  const named = params['missingProperty'] ?? params['additionalProperty'];
  const path = [...instancePath.split('/').slice(1), ...(typeof named === 'string' ? [named] : [])];
  const told = {
    required: 'is missing',
    additionalProperties: 'is not a known field',
    minLength: 'is empty',
    enum: `must be ${JSON.stringify(params['allowedValues'])?.slice(1, -1).replaceAll(',', ' or ')}`,
  }[keyword];
  return { field: path.join('.') || 'body', message: told ?? message ?? 'is not valid', rule: keyword };
}

/** More would only make the answer long. */
const MOST_FIELDS = 20;

/** Bodies of another content type, empty, cut off, or with a key that would reach a prototype. The source document
 *  answers 422 to them. */
function isUnreadableBody({ statusCode, code, name }: Partial<FrameworkError>): boolean {
  return (
    statusCode === 415 ||
    (statusCode === 400 && (name === 'SyntaxError' || !!code?.startsWith('FST_ERR_CTP')))
  );
}

/** Every error as an HttpError. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  if (error instanceof EngineError) {
    const status = engineStatus[error.code] ?? 500;
    if (status === 500) return new HttpError(500, error.code, 'The server failed to answer this request.');
    const field = error.code.startsWith('E_PROMPT_') ? 'prompt' : 'body';
    const fields = status === 422 ? [{ field, message: error.message, rule: 'engine' }] : [];
    return new HttpError(status, error.code, error.message, { fields });
  }
  const framework = (error ?? {}) as Partial<FrameworkError>;
  const { statusCode, validation, message } = framework;
  if (validation !== undefined) {
    const fields = validation.slice(0, MOST_FIELDS).map(fieldFault);
    const told = fields.map((fault) => `${fault.field} ${fault.message}`).join('; ');
    return new HttpError(422, 'E_REQUEST_INVALID', told, { fields });
  }
  if (isUnreadableBody(framework)) {
    return invalidField('body', 'cannot be read as JSON (application/json)', 'json');
  }
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return new HttpError(statusCode, 'E_REQUEST_INVALID', message ?? 'The request is not valid.');
  }
  return refusal('E_UNEXPECTED', 'The server failed to answer this request.');
}

/** As FastAPI answers: `detail` is a list for invalid fields, a sentence otherwise. */
export function nativeBody(error: HttpError, requestId: string): object {
  const detail =
    error.fields.length === 0
      ? error.message
      : error.fields.map(({ field, message, rule }) => ({
          loc: field === 'body' ? ['body'] : ['body', ...field.split('.')],
          msg: `${field} ${message}`,
          type: rule,
        }));
  return { detail, code: error.code, request_id: requestId };
}

/** OpenAI and Ollama answer 400 where the source document answers 422. */
export function openaiStatus(status: number): number {
  return status === 422 ? 400 : status;
}

const OPENAI_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  404: 'invalid_request_error',
  413: 'invalid_request_error',
  429: 'rate_limit_error',
};

export function openaiBody(error: HttpError): object {
  const status = openaiStatus(error.status);
  return {
    error: {
      message: error.message,
      type: OPENAI_TYPES[status] ?? 'server_error',
      param: error.fields[0]?.field ?? null,
      // The one code that clients act on.
      code: error.code === 'E_PROMPT_TOO_LONG' ? 'context_length_exceeded' : error.code,
    },
  };
}

export function ollamaBody({ message }: HttpError): object {
  return { error: message };
}

/** How a path's clients read an error: OpenAI's and Ollama's below prefixes of their own, all others FastAPI's. */
export function errorAnswer(
  path: string,
  error: HttpError,
  requestId: string,
): { status: number; body: object } {
  if (path.startsWith('/v1/')) return { status: openaiStatus(error.status), body: openaiBody(error) };
  if (path.startsWith('/api/')) return { status: openaiStatus(error.status), body: ollamaBody(error) };
  return { status: error.status, body: nativeBody(error, requestId) };
}
