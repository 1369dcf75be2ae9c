import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from '@playwright/test';
import { Admission } from '../../../../engine/serving/admission.ts';

const response = (): ServerResponse => new ServerResponse(new IncomingMessage(new Socket()));
const limits = { max_queue: 3, request_timeout_ms: 60_000 };

test('a signal serves one generation after the other, until it fires', async () => {
  const admission = new Admission(limits);
  const lend = async (): Promise<AbortSignal> =>
    await admission.run(response(), (signal) => Promise.resolve(signal));
  const first = await lend();
  expect(await lend()).toBe(first);
  const gone = response();
  const lost = admission.run(gone, (signal) => {
    expect(signal).toBe(first);
    gone.emit('close');
    return Promise.resolve();
  });
  await expect(lost).rejects.toMatchObject({ code: 'E_ABORTED' });
  expect(first.aborted).toBe(true);
  const next = await lend();
  expect(next.aborted).toBe(false);
});

test('those in flight have signals of their own: one client that goes away takes no other along', async () => {
  const admission = new Admission(limits);
  const clients = [response(), response()];
  const signals: AbortSignal[] = [];
  const work = clients.map((client) =>
    admission.run(client, (signal) => {
      signals.push(signal);
      return new Promise((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      });
    }),
  );
  clients[0]!.emit('close');
  await expect(work[0]).rejects.toMatchObject({ code: 'E_ABORTED' });
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  expect(admission.active).toBe(1);
  admission.abortAll();
  await expect(work[1]).rejects.toMatchObject({ code: 'E_DRAINING' });
  expect(admission.active).toBe(0);
});

test('a place is free again when the work has ended, not when its client was answered', async () => {
  const admission = new Admission({ ...limits, max_queue: 1 });
  const client = response();
  let end = (): void => undefined;
  const slow = admission.run(client, () => new Promise<void>((resolve) => (end = resolve)));
  client.emit('close');
  await expect(slow).rejects.toMatchObject({ code: 'E_ABORTED' });
  const refused = admission.run(response(), () => Promise.resolve());
  await expect(refused).rejects.toMatchObject({ code: 'E_QUEUE_FULL', retryAfterS: 1 });
  end();
  await expect.poll(() => admission.active).toBe(0);
});
