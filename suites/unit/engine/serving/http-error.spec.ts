import { expect, test } from '@playwright/test';
import { EngineError } from '../../../../engine/errors.ts';
import {
  HttpError,
  nativeBody,
  openaiBody,
  openaiStatus,
  toHttpError,
} from '../../../../engine/serving/http-error.ts';

test('answers an error of the request with its words, one of the server with none', () => {
  const cases: readonly (readonly [unknown, number, string, RegExp])[] = [
    [new EngineError('E_PROMPT_EMPTY', 'the prompt is empty'), 422, 'E_PROMPT_EMPTY', /the prompt is empty/],
    [new EngineError('E_PROMPT_TOO_LONG', '9 of 8 tokens'), 422, 'E_PROMPT_TOO_LONG', /9 of 8 tokens/],
    [new EngineError('E_MODEL_CLOSED', 'closed'), 503, 'E_MODEL_CLOSED', /closed/],
    [new EngineError('E_WORKER_DIED', '/home/me/secret'), 500, 'E_WORKER_DIED', /^The server failed/],
    [new Error('/home/me/secret'), 500, 'E_UNEXPECTED', /^The server failed/],
    ['/home/me/secret', 500, 'E_UNEXPECTED', /^The server failed/],
    [null, 500, 'E_UNEXPECTED', /^The server failed/],
  ];
  for (const [cause, status, code, message] of cases) {
    const error = toHttpError(cause);
    expect([error.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(JSON.stringify([nativeBody(error, 'id'), openaiBody(error)])).not.toContain('secret');
  }
});

test('gives an invalid field the shape of each kind of route', () => {
  const fields = [{ field: 'top_p', message: 'must be <= 1', rule: 'maximum' }];
  const error = new HttpError(422, 'E_REQUEST_INVALID', 'top_p must be <= 1', { fields });
  expect(nativeBody(error, 'id')).toEqual({
    detail: [{ loc: ['body', 'top_p'], msg: 'top_p must be <= 1', type: 'maximum' }],
    code: 'E_REQUEST_INVALID',
    request_id: 'id',
  });
  expect(openaiStatus(error.status)).toBe(400);
  expect(openaiBody(error)).toEqual({
    error: {
      message: 'top_p must be <= 1',
      type: 'invalid_request_error',
      param: 'top_p',
      code: 'E_REQUEST_INVALID',
    },
  });
});

test('calls a prompt that is too long by the code that clients act on', () => {
  const error = toHttpError(new EngineError('E_PROMPT_TOO_LONG', '9 of 8 tokens'));
  expect(openaiBody(error)).toMatchObject({ error: { code: 'context_length_exceeded', param: 'prompt' } });
});
