/** Chat messages to prompt text, through the model's Jinja template.
 *  Knows the variables that Hugging Face templates expect; knows nothing of tokens. */
import { Template } from '@huggingface/jinja';
import { EngineError } from '../errors.ts';
import { specialTokenText, type TokenizerFiles } from './tokenizer-files.ts';

export interface TemplateMessage {
  readonly role: string;
  readonly content: string;
}

export interface ChatTemplate {
  /** The prompt that asks for the next assistant message; without the asking where `addGenerationPrompt` is false
   *  (the trainer's view of a finished conversation).
   *  @throws EngineError E_CHAT_TEMPLATE_INVALID when the template refuses the messages */
  render(messages: readonly TemplateMessage[], addGenerationPrompt?: boolean): string;
}

/** @throws EngineError E_CHAT_TEMPLATE_INVALID when the source is not Jinja */
export function createChatTemplate(source: string, files: TokenizerFiles): ChatTemplate {
  let template: Template;
  try {
    template = new Template(source);
  } catch (cause) {
    throw new EngineError('E_CHAT_TEMPLATE_INVALID', `the chat template does not parse: ${String(cause)}`, {
      cause,
    });
  }
  const variables = {
    bos_token: specialTokenText(files.tokenizerConfig, 'bos_token') ?? '',
    eos_token: specialTokenText(files.tokenizerConfig, 'eos_token') ?? '',
  };
  return {
    render(messages, addGenerationPrompt = true) {
      try {
        const { hidden, restored } = hideMarks(messages);
        return restored(
          template.render({ ...variables, messages: hidden, add_generation_prompt: addGenerationPrompt }),
        );
      } catch (cause) {
        const roles = messages.map((message) => message.role).join(', ');
        throw new EngineError(
          'E_CHAT_TEMPLATE_INVALID',
          `the chat template refuses messages of roles ${roles}: ${String(cause)}`,
          { cause },
        );
      }
    },
  };
}

const MARK = '\ufeff';

/** JavaScript takes U+FEFF for white space, Python does not: another character stands for it while `trim` is about. */
function hideMarks(messages: readonly TemplateMessage[]) {
  if (!messages.some(({ content }) => content.includes(MARK))) {
    return { hidden: messages, restored: (text: string) => text };
  }
  const all = messages.map(({ content }) => content).join('');
  // The first of the private characters that nobody uses.
  let code = 0xe000;
  while (all.includes(String.fromCharCode(code))) code++;
  const stand = String.fromCharCode(code);
  return {
    hidden: messages.map((message) => ({ ...message, content: message.content.replaceAll(MARK, stand) })),
    restored: (text: string) => text.replaceAll(stand, MARK),
  };
}
