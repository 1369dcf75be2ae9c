import { expect, test } from '@playwright/test';
import { parseModelReference } from '../../../../harness/models/model-reference.ts';

test('tells the kinds of reference apart', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['tiny-chat', { kind: 'bundled', name: 'tiny-chat' }],
    ['./tiny-chat', { kind: 'path', path: './tiny-chat' }],
    ['/models/a b.gguf', { kind: 'path', path: '/models/a b.gguf' }],
    ['C:\\models\\a.gguf', { kind: 'path', path: 'C:\\models\\a.gguf' }],
    ['owner/name', { kind: 'path', path: 'owner/name' }],
    ['scripted:./a.json', { kind: 'scripted', file: './a.json' }],
    ['registry:chat@3', { kind: 'registry', reference: 'registry:chat@3' }],
    ['@production', { kind: 'registry', reference: '@production' }],
    ['hf:owner/name', { kind: 'huggingface', owner: 'owner', name: 'name', revision: 'main' }],
    [
      'hf:HuggingFaceTB/SmolLM2-135M-Instruct@refs/pr/1',
      {
        kind: 'huggingface',
        owner: 'HuggingFaceTB',
        name: 'SmolLM2-135M-Instruct',
        revision: 'refs/pr/1',
      },
    ],
    ['http://127.0.0.1:8001/v1#m', { kind: 'http', baseUrl: 'http://127.0.0.1:8001/v1', model: 'm' }],
    ['https://host/v1/#owner/m', { kind: 'http', baseUrl: 'https://host/v1', model: 'owner/m' }],
    ['https://host#a%20b', { kind: 'http', baseUrl: 'https://host', model: 'a b' }],
    ['https://host/v1#100%', { kind: 'http', baseUrl: 'https://host/v1', model: '100%' }],
  ];
  for (const [reference, parsed] of cases) expect(parseModelReference(reference), reference).toEqual(parsed);
});

test('refuses what is malformed and says why', () => {
  const cases: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['  ', /empty/],
    ['scripted:', /no file/],
    ['hf:name', /hf:owner\/name/],
    ['hf:../name', /hf:owner\/name/],
    ['hf:owner/..', /hf:owner\/name/],
    ['hf:owner/name@../../x', /hf:owner\/name/],
    ['hf:owner/name/more', /hf:owner\/name/],
    ['registry:chat', /registry:name@version/],
    ['registry:chat@latest', /registry:name@version/],
    ['registry:../chat@1', /registry:name@version/],
    ['@', /@alias/],
    ['@../x', /@alias/],
    ['openai:gpt', /kind is not known/],
    ['ftp://host/v1#m', /kind is not known/],
    ['http://host/v1', /names no model/],
    ['http://', /no URL/],
  ];
  for (const [reference, why] of cases) {
    expect(() => parseModelReference(reference), reference).toThrow(why);
    expect(() => parseModelReference(reference), reference).toThrow(
      expect.objectContaining({ code: 'E_MODEL_REFERENCE', exit: 2 }),
    );
  }
});

test('never shows a key that was put into a URL', () => {
  for (const reference of ['https://me:hush@host/v1#m', 'https://host/v1?key=hush#m']) {
    expect(() => parseModelReference(reference)).toThrow(/HARNESS_API_KEY|user, password or query/);
    expect(() => parseModelReference(reference)).not.toThrow(/hush/);
  }
});
