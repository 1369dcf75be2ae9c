import { writeFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { getDataStatistics } from '../../../../harness/data/statistics.ts';
import { toJsonLines } from '../../../../harness/data/write.ts';

const cases = {
  chat: {
    lines: [
      { input: 'Hello', output: 'Hi there!' },
      { input: '  How are\tyou? ', output: 'Hi there!' },
    ],
    expected: {
      total_samples: 2,
      avg_input_length: 2,
      avg_output_length: 2,
      unique_inputs: 2,
      unique_outputs: 1,
    },
  },
  // The instruction is what goes in: its own "input" is empty in most data.
  instruction: {
    lines: [
      { instruction: 'Explain this well', input: '', output: 'So it is' },
      { instruction: 'Add', input: '2 and 3', output: '5' },
    ],
    expected: {
      total_samples: 2,
      avg_input_length: 3.5,
      avg_output_length: 2,
      unique_inputs: 2,
      unique_outputs: 2,
    },
  },
  dpo: {
    lines: [
      { prompt: 'Be kind', chosen: 'I will be', rejected: 'No' },
      { prompt: 'Be kind', chosen: 'Yes', rejected: 'No way' },
    ],
    expected: {
      total_samples: 2,
      avg_input_length: 2,
      avg_output_length: 2,
      unique_inputs: 1,
      unique_outputs: 2,
    },
  },
  'other shapes': {
    lines: [{ text: 'one two' }, { input: 'a b', output: 'c' }],
    expected: {
      total_samples: 2,
      avg_input_length: 1,
      avg_output_length: 0.5,
      unique_inputs: 1,
      unique_outputs: 1,
    },
  },
  nothing: {
    lines: [],
    expected: {
      total_samples: 0,
      avg_input_length: 0,
      avg_output_length: 0,
      unique_inputs: 0,
      unique_outputs: 0,
    },
  },
};

for (const [name, { lines, expected }] of Object.entries(cases)) {
  test(`counts samples and words of ${name}`, async () => {
    const info = test.info();
    const path = info.outputPath('data.jsonl');
    await writeFile(path, toJsonLines(lines));
    expect(await getDataStatistics(path)).toEqual(expected);
  });
}

test('names the first line that is no JSON object', async () => {
  const info = test.info();
  for (const bad of ['{', '3', '']) {
    const path = info.outputPath('data.jsonl');
    await writeFile(path, `{"input":"a","output":"b"}\n${bad}\n`);
    await expect(getDataStatistics(path)).rejects.toMatchObject({
      code: 'E_DATA_INVALID',
      message: `${path}: Invalid JSON in line 2`,
    });
  }
});
