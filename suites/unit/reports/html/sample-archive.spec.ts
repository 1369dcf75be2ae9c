/** What the archive writes, the app's store reads. */
import { expect, test } from '@playwright/test';
import type { SampleIndex } from '../../../../reports/app/sample-query.js';
import { SampleStore, unpack } from '../../../../reports/app/sample-store.js';
import { sampleArchive } from '../../../../reports/html/sample-archive.ts';
import { uniform } from '../../../../engine/training/random.ts';
import type { ReportData, SampleRecord } from '../../../../reports/report-data.ts';
import { sampleRecord, sampleReport } from '../sample-report.ts';

async function open(data: ReportData, carried?: number): Promise<{ store: SampleStore; chunks: number }> {
  const texts = [...sampleArchive(data, carried).source.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(
    ([, text]) => text!,
  );
  const [index, ...chunks] = texts;
  return { store: new SampleStore((await unpack(index!)) as SampleIndex, chunks), chunks: chunks.length };
}

test('gives back every record with its baseline, character for character', async () => {
  const data = sampleReport({ facts: 40 });
  const { store } = await open(data);
  expect(store.index.rows).toHaveLength(data.samples.length);
  for (const [i, sample] of data.samples.entries()) {
    expect(await store.read(i)).toEqual({ sample, baseline: data.baselineSamples![i] });
  }
});

test('pairs a baseline by task, sample and repeat, not by place', async () => {
  const data = sampleReport({ facts: 3, hostile: false });
  const first = data.samples[0]!;
  const samples = [
    first,
    { ...first, repeat: 1 },
    { ...first, task: 'other' },
    sampleRecord({ sampleId: 'alone' }),
  ];
  const baselineSamples = [
    { ...first, repeat: 1, output: 'second' },
    { ...first, output: 'first' },
  ];
  const { store } = await open({ ...data, samples, baselineSamples });
  const outputs = await Promise.all(
    samples.map(async (_, i) => (await store.read(i))!.baseline?.output ?? null),
  );
  expect(outputs).toEqual(['first', 'second', null, null]);
});

test('splits many samples into chunks and reads and searches across them', async () => {
  const samples = Array.from({ length: 3000 }, (_, i) =>
    sampleRecord({ sampleId: `s${i}`, output: `${'filler '.repeat(60)}${i === 2999 ? 'needle' : ''}` }),
  );
  const { store, chunks } = await open({ ...sampleReport({ facts: 1 }), samples, baselineSamples: null });
  expect(chunks).toBeGreaterThan(3);
  for (const i of [0, 1499, 2999]) expect((await store.read(i))!.sample.sampleId).toBe(`s${i}`);
  const needle = [{ kind: 'text' as const, text: 'NEEDLE', part: '' }];
  expect(await store.search(needle, () => true)).toEqual(new Map([[':needle', new Set([2999])]]));
  expect(await store.search(needle, () => false)).toBeNull();
});

test('of a run that is too large it carries what a reviewer looks at first, and reads the rest from its log', async () => {
  const draw = uniform(5);
  const noise = () => Array.from({ length: 40 }, () => Math.floor(draw() * 1e9).toString(36)).join(' ');
  const samples = Array.from({ length: 400 }, (_, i) =>
    sampleRecord({
      sampleId: `s${i}`,
      output: noise(),
      inputDigest: `sha256:${i}`,
      scores: { exactMatch: i % 10 === 3 ? 0 : 1 },
      ...(i % 50 === 7 ? { error: { code: 'E_TIMEOUT', message: '' }, output: null, scores: {} } : {}),
    }),
  );
  const data = { ...sampleReport({ facts: 1 }), samples, baselineSamples: null };
  const { store } = await open(data, 40_000);
  const inside = store.index.inside!;
  expect(store.index.rows).toHaveLength(400);
  expect(inside.length).toBeGreaterThan(60);
  expect(inside.length).toBeLessThan(300);
  expect(store.missing).toBe(400 - inside.length);
  for (let i = 0; i < 400; i++) {
    const isTelling = i % 10 === 3 || i % 50 === 7;
    if (isTelling) expect(inside).toContain(i);
    expect((await store.read(i))?.sample ?? null).toEqual(inside.includes(i) ? samples[i] : null);
  }
  const last = samples.findLastIndex((_, i) => !inside.includes(i));
  const log = `${samples.map((sample) => JSON.stringify(sample)).join('\n')}\n{"torn`;
  await store.openFiles([new File([log], 'samples.jsonl')]);
  expect(store.missing).toBe(0);
  expect((await store.read(last))!.sample).toEqual(samples[last]);
  const word = samples[last]!.output!.split(' ')[7]!;
  const found = await store.search([{ kind: 'text', text: word, part: 'output' }], () => true);
  expect([...found!.get(`output:${word}`)!]).toEqual([last]);
});

test('a log of another run is refused', async () => {
  const samples = Array.from({ length: 300 }, (_, i) =>
    sampleRecord({ sampleId: `s${i}`, output: `${i * 7919}`.repeat(40), inputDigest: `sha256:${i}` }),
  );
  const { store } = await open({ ...sampleReport({ facts: 1 }), samples, baselineSamples: null }, 1000);
  const log = (change: Partial<SampleRecord>, count = 300) =>
    new File(
      samples.slice(0, count).map((sample) => `${JSON.stringify({ ...sample, ...change })}\n`),
      'samples.jsonl',
    );
  await expect(store.openFiles([log({}, 290)])).rejects.toThrow('lacks 10 of the 300 samples');
  await store.openFiles([log({ output: 'forged' })]);
  await expect(store.read(299)).rejects.toThrow('has another answer for quality/facts/s299');
});

test('holds nothing a script element could be ended with', () => {
  for (const [, text] of sampleArchive(sampleReport()).source.matchAll(
    /<script[^>]*>([\s\S]*?)<\/script>/g,
  )) {
    expect(text).toMatch(/^[A-Za-z0-9+/=]*$/);
  }
});
