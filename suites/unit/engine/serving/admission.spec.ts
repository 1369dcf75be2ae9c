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

test('work that fails before it begins gives its place back', async () => {
  const admission = new Admission({ ...limits, max_queue: 1 });
  const failing = admission.run(response(), () => {
    throw new Error('broken');
  });
  await expect(failing).rejects.toThrow('broken');
  expect(admission.active).toBe(0);
  expect(await admission.run(response(), () => Promise.resolve('served'))).toBe('served');
});

test('a client that went away before its turn occupies nothing', async () => {
  const admission = new Admission(limits);
  const gone = response();
  gone.destroy();
  let worked = false;
  const work = (): Promise<void> => {
    worked = true;
    return Promise.resolve();
  };
  await expect(admission.run(gone, work)).rejects.toMatchObject({ code: 'E_ABORTED' });
  expect([worked, admission.active]).toEqual([false, 0]);
});

test('each generation has the whole time, and those that are late are given up one after the other', async () => {
  const admission = new Admission({ ...limits, request_timeout_ms: 60 });
  const told: string[] = [];
  const late = (name: string): Promise<void> =>
    admission
      .run(response(), () => new Promise<never>(() => undefined))
      .catch((error: unknown) => void told.push(`${name} ${(error as { code: string }).code}`));
  const startMs = performance.now();
  const first = late('first');
  await new Promise((resolve) => {
    setTimeout(resolve, 30);
  });
  const second = late('second').then(() => performance.now() - startMs);
  await first;
  expect(told).toEqual(['first E_TIMEOUT']);
  expect(await second).toBeGreaterThanOrEqual(89);
  expect(told).toEqual(['first E_TIMEOUT', 'second E_TIMEOUT']);
  // What was given up is still at work: its place is taken.
  expect(admission.active).toBe(2);
});
