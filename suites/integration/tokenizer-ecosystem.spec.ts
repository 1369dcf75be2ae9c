/** The bundled model's tokenizer and chat template as the ecosystem's own library reads them: who takes the folder
 *  elsewhere gets the tokens that were judged. */
import { dirname } from 'node:path';
import { expect, test } from '@playwright/test';
import { AutoTokenizer, env } from '@huggingface/transformers';
import { readCheckpoint } from '../../engine/checkpoint/read-checkpoint.ts';
import { createChatTemplate } from '../../engine/tokenizer/chat-template.ts';
import { createTokenizer } from '../../engine/tokenizer/tokenizer.ts';
import { catalog } from '../../harness/catalog/index.ts';
import { tinyChat } from '../helpers/damaged-models.ts';

test('tokens and chat template of tiny-chat are those of transformers.js', async () => {
  env.allowRemoteModels = false;
  env.localModelPath = dirname(tinyChat);
  const theirs = await AutoTokenizer.from_pretrained('tiny-chat');
  const checkpoint = await readCheckpoint(tinyChat);
  await checkpoint.weights.close();
  const ours = createTokenizer(checkpoint.tokenizer);
  const template = createChatTemplate(checkpoint.chatTemplate!, checkpoint.tokenizer);

  const prompts = [
    '',
    ' ',
    'größer 日本語 🙂👍🏽',
    '\n\ttabs  and   runs',
    '<|end|> and <|user|>',
    'a'.repeat(5_000),
  ];
  for (const task of catalog) {
    for (const { prompt } of (await task.dataset()).samples) if (prompt !== undefined) prompts.push(prompt);
  }
  expect(prompts.length).toBeGreaterThan(500);
  for (const prompt of prompts) {
    expect(ours.encode(prompt), prompt).toEqual(theirs.encode(prompt, { add_special_tokens: false }));
    const messages = [{ role: 'user' as const, content: prompt }];
    expect(template.render(messages)).toBe(
      theirs.apply_chat_template(messages, { tokenize: false, add_generation_prompt: true }),
    );
  }
});
