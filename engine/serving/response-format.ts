/** `response_format` of OpenAI's API as a constraint of the engine. A constraint always holds to the letter, so that
 *  `strict` changes nothing; what cannot be held is refused before the request waits for the model. */
import { EngineError } from '../errors.ts';
import { compileConstraint, type Constraint, plainConstraint } from '../grammar/constraint.ts';
import type { ModelInfo } from '../inference/model.ts';
import { invalidField } from './http-error.ts';

export interface ResponseFormat {
  readonly type: 'text' | 'json_object' | 'json_schema';
  readonly json_schema?: { readonly name: string; readonly schema: object };
}

interface FormattedBody {
  readonly response_format?: ResponseFormat | null;
  readonly stop?: string | readonly string[] | null;
}

export const responseFormatSchema = {
  type: ['object', 'null'],
  additionalProperties: false,
  required: ['type'],
  properties: {
    type: { enum: ['text', 'json_object', 'json_schema'] },
    json_schema: {
      type: 'object',
      additionalProperties: false,
      required: ['name', 'schema'],
      properties: {
        name: { type: 'string', pattern: '^[a-zA-Z0-9_-]{1,64}$' },
        description: { type: 'string' },
        schema: { type: 'object' },
        strict: { type: ['boolean', 'null'] },
      },
    },
  },
};

/** Null where the text is free.
 *  @throws HttpError 422 naming the field */
export function constraintOf(
  { response_format: format, stop }: FormattedBody,
  model: ModelInfo,
): Constraint | null {
  const isSchema = format?.type === 'json_schema';
  if (isSchema !== (format?.json_schema !== undefined)) {
    const fault = isSchema ? 'is missing' : 'needs type: json_schema';
    throw invalidField('response_format.json_schema', fault, isSchema ? 'required' : 'dependency');
  }
  if (!format || format.type === 'text') return null;
  if (model.constrains !== true) {
    throw invalidField(
      'response_format.type',
      `${format.type} is not supported by ${model.name}`,
      'supported',
    );
  }
  if (stop !== undefined && stop !== null) {
    throw invalidField(
      'stop',
      'is not supported with a response_format, which it would cut short',
      'supported',
    );
  }
  if (!isSchema) return { jsonObject: true };
  try {
    const constraint = plainConstraint({ jsonSchema: format.json_schema!.schema });
    compileConstraint(constraint);
    return constraint;
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    throw invalidField('response_format.json_schema.schema', `is refused: ${error.message}`, 'supported');
  }
}
