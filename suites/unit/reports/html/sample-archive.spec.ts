/** What the archive writes, the app's store reads. */
import { expect, test } from '@playwright/test';
import type { SampleIndex } from '../../../../reports/app/sample-query.js';
import { SampleStore, unpack } from '../../../../reports/app/sample-store.js';
import { sampleArchive } from '../../../../reports/html/sample-archive.ts';
import type { ReportData } from '../../../../reports/report-data.ts';
import { sampleRecord, sampleReport } from '../sample-report.ts';

async function open(data: ReportData): Promise<{ store: SampleStore; chunks: number }> {
  const texts = [...sampleArchive(data).source.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map(
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
    samples.map(async (_, i) => (await store.read(i)).baseline?.output ?? null),
  );
  expect(outputs).toEqual(['first', 'second', null, null]);
});

test('splits many samples into chunks and reads and searches across them', async () => {
  const samples = Array.from({ length: 3000 }, (_, i) =>
    sampleRecord({ sampleId: `s${i}`, output: `${'filler '.repeat(60)}${i === 2999 ? 'needle' : ''}` }),
  );
  const { store, chunks } = await open({ ...sampleReport({ facts: 1 }), samples, baselineSamples: null });
  expect(chunks).toBeGreaterThan(3);
  for (const i of [0, 1499, 2999]) expect((await store.read(i)).sample.sampleId).toBe(`s${i}`);
  expect(await store.search('NEEDLE', () => true)).toEqual(new Set([2999]));
  expect(await store.search('needle', () => false)).toBeNull();
});

test('holds nothing a script element could be ended with', () => {
  for (const [, text] of sampleArchive(sampleReport()).source.matchAll(
    /<script[^>]*>([\s\S]*?)<\/script>/g,
  )) {
    expect(text).toMatch(/^[A-Za-z0-9+/=]*$/);
  }
});
