import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { DATA_TYPES, validateDataFile, validateLine } from '../../../../harness/data/validate.ts';
import { writeTestData } from '../../../../harness/data/write.ts';

test('accepts what the generator writes, an empty instruction input included', async () => {
  const info = test.info();
  for (const type of DATA_TYPES) {
    const path = await writeTestData(type, { path: info.outputPath(`${type}.jsonl`), count: 40, seed: 42 });
    expect(await validateDataFile(path, type)).toMatchObject({ valid: true, samples: 40, faults: [] });
  }
});

test('names each fault of a line', () => {
  const cases: [type: (typeof DATA_TYPES)[number], line: string, messages: string[]][] = [
    ['chat', '{"input": "Hello", "output": "Hi"}', []],
    ['chat', '{"input": "Hello", "output": "Hi", "more": 1}', []],
    ['chat', '{"input": "Hello"}', ["Missing field 'output' in line 7"]],
    ['chat', '{"input": "", "output": "Hi"}', ["Empty or invalid field 'input' in line 7"]],
    ['chat', '{"input": " \\t\\u0085\\u001c", "output": "Hi"}', ["Empty or invalid field 'input' in line 7"]],
    ['chat', '{"input": "\\ufeff", "output": "Hi"}', []],
    [
      'chat',
      '{"input": 3, "output": null}',
      ['input', 'output'].map((f) => `Empty or invalid field '${f}' in line 7`),
    ],
    ['chat', '{}', ["Missing field 'input' in line 7", "Missing field 'output' in line 7"]],
    ['chat', '{"input": "Hello"', ['Invalid JSON in line 7']],
    ['chat', '', ['Invalid JSON in line 7']],
    ['chat', '["input", "output"]', ['Not a JSON object in line 7']],
    ['chat', 'null', ['Not a JSON object in line 7']],
    ['chat', '"input output"', ['Not a JSON object in line 7']],
    ['instruction', '{"instruction": "Explain", "input": "", "output": "So"}', []],
    ['instruction', '{"instruction": "Explain", "output": "So"}', ["Missing field 'input' in line 7"]],
    [
      'instruction',
      '{"instruction": "Explain", "input": 1, "output": "So"}',
      ["Empty or invalid field 'input' in line 7"],
    ],
    [
      'instruction',
      '{"instruction": "", "input": "", "output": "So"}',
      ["Empty or invalid field 'instruction' in line 7"],
    ],
    ['dpo', '{"prompt": "a", "chosen": "b", "rejected": "c"}', []],
    ['dpo', '{"prompt": "a", "chosen": "b"}', ["Missing field 'rejected' in line 7"]],
    [
      'dpo',
      '{"__proto__": {"prompt": "a"}, "chosen": "b", "rejected": "c"}',
      ["Missing field 'prompt' in line 7"],
    ],
  ];
  for (const [type, line, messages] of cases) {
    expect(
      validateLine(line, type, 7).map(({ message }) => message),
      line,
    ).toEqual(messages);
  }
});

test('reports all faults of a file at once, each with its line', async () => {
  const info = test.info();
  const path = info.outputPath('faulty.jsonl');
  await writeFile(path, '{"input":"a","output":"b"}\r\nnot json\n\n{"input":" ","output":3}\n{"output":"c"}');
  const { valid, samples, faults } = await validateDataFile(path, 'chat');
  expect({ valid, samples }).toEqual({ valid: false, samples: 5 });
  expect(faults.map(({ line, field }) => [line, field])).toEqual([
    [2, undefined],
    [3, undefined],
    [4, 'input'],
    [4, 'output'],
    [5, 'input'],
  ]);
});

test('says which file is missing and which is not text', async () => {
  const info = test.info();
  const missing = info.outputPath('missing.jsonl');
  await expect(validateDataFile(missing, 'chat')).rejects.toMatchObject({
    code: 'E_FILE_NOT_FOUND',
    message: `Data file not found: ${missing}`,
  });
  const binary = info.outputPath('binary.jsonl');
  await writeFile(binary, Uint8Array.from([0x22, 0xff, 0xfe, 0x22]));
  await expect(validateDataFile(binary, 'chat')).rejects.toMatchObject({ code: 'E_DATA_INVALID' });
});
