import { expect, test } from '@playwright/test';
import { createChatTemplate } from '../../../../engine/tokenizer/chat-template.ts';

const files = { tokenizerJson: {}, tokenizerConfig: { bos_token: '<s>', eos_token: { content: '</s>' } } };

test('renders messages with the special tokens, asking for an answer', () => {
  const source =
    "{{ bos_token }}{% for m in messages %}[{{ m['role'] }}] {{ m['content'] }}{{ eos_token }}{% endfor %}" +
    '{% if add_generation_prompt %}[assistant]{% endif %}';
  const template = createChatTemplate(source, files);
  const messages = [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: 'Hi {{ bos_token }}' },
  ];
  expect(template.render(messages)).toBe('<s>[system] Be brief.</s>[user] Hi {{ bos_token }}</s>[assistant]');
});

test('strips the white space around blocks as transformers does', () => {
  const source = '{% for m in messages %}\n  {% if true %}\n{{ m.content }}\n  {% endif %}\n{% endfor %}\n';
  expect(createChatTemplate(source, files).render([{ role: 'user', content: 'x' }])).toBe('x\n');
});

test('reports a template that does not parse, or that refuses the messages', () => {
  const coded = expect.objectContaining({ code: 'E_CHAT_TEMPLATE_INVALID' });
  expect(() => createChatTemplate('{% for %}', files)).toThrow(coded);
  const strict = createChatTemplate("{{ raise_exception('no system role') }}", files);
  expect(() => strict.render([{ role: 'system', content: 'x' }])).toThrow(/system.*no system role/);
});

test('trims what Python trims: a byte order mark stays', () => {
  const template = createChatTemplate('{% for m in messages %}[{{ m.content | trim }}]{% endfor %}', files);
  const contents = [' \ufeff a \ufeff\n', '\ue000', 'b '];
  expect(template.render(contents.map((content) => ({ role: 'user', content })))).toBe(
    '[\ufeff a \ufeff][\ue000][b]',
  );
});
