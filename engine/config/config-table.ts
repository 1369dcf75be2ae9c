/** Every key of the configuration file: the one table that types, checks, environment overrides and JSON Schema
 *  are derived from. Names are the source document's; defaults are its values, or those of Hugging Face's
 *  TrainingArguments where it has none. */
import type { GroupKey } from './config-keys.ts';

export const configTable = {
  kind: 'group',
  about: 'Configuration of harness train and harness serve.',
  optional: false,
  keys: {
    model: {
      kind: 'group',
      about: 'The model to train or serve.',
      optional: false,
      keys: {
        name: {
          kind: 'text',
          about: 'Model reference or path; with model.init, the name of the new model.',
        },
        cache_dir: { kind: 'text', about: 'Folder for files derived from a model.', default: './cache' },
        device: {
          kind: 'choice',
          about: 'Where the model runs; auto picks.',
          choices: ['auto', 'cpu', 'webgpu', 'cuda'],
          default: 'auto',
        },
        torch_dtype: {
          kind: 'choice',
          about: 'Precision of the weights in use; auto keeps what suits checkpoint and device.',
          choices: ['auto', 'float32', 'float16', 'int8', 'int4'],
          default: 'auto',
        },
        init: {
          kind: 'group',
          about:
            'Shape of a new model, trained from scratch. Leave it out to start from the weights of model.name.',
          optional: true,
          keys: {
            vocab_size: { kind: 'integer', about: 'Tokens in the vocabulary.', min: 1 },
            hidden_size: { kind: 'integer', about: 'Width of the residual stream.', min: 1 },
            intermediate_size: { kind: 'integer', about: 'Width of the feed-forward layer.', min: 1 },
            num_hidden_layers: { kind: 'integer', about: 'Decoder layers.', min: 1 },
            num_attention_heads: { kind: 'integer', about: 'Query heads.', min: 1 },
            num_key_value_heads: {
              kind: 'integer',
              about: 'Key and value heads; left out: as many as query heads.',
              min: 1,
              default: null,
            },
            max_position_embeddings: {
              kind: 'integer',
              about: 'Context length, tokens.',
              min: 1,
              default: 512,
            },
            rope_theta: {
              kind: 'number',
              about: 'Base of the rotary position embedding.',
              min: 0,
              aboveMin: true,
              default: 10_000,
            },
            rms_norm_eps: {
              kind: 'number',
              about: 'Added to the mean square in RMSNorm.',
              min: 0,
              aboveMin: true,
              default: 1e-5,
            },
            tie_word_embeddings: {
              kind: 'flag',
              about: 'Whether the output head is the embedding, transposed.',
              default: true,
            },
          },
        },
      },
    },
    training: {
      kind: 'group',
      about: 'How the model is trained.',
      optional: false,
      keys: {
        // Any text: the orchestrator knows its methods and answers "Unsupported training method".
        method: { kind: 'text', about: 'Training method, such as sft.', default: 'sft' },
        output_dir: { kind: 'text', about: 'Folder for checkpoints and logs.', default: './output' },
        num_train_epochs: {
          kind: 'number',
          about: 'Passes over the training data.',
          min: 0,
          aboveMin: true,
          default: 1,
        },
        max_steps: {
          kind: 'integer',
          about: 'Optimizer steps; above 0 it overrides num_train_epochs.',
          min: -1,
          default: -1,
        },
        per_device_train_batch_size: {
          kind: 'integer',
          about: 'Rows of a batch; under dpo, pairs.',
          min: 1,
          default: 2,
        },
        gradient_accumulation_steps: {
          kind: 'integer',
          about: 'Batches whose gradients are added up for one step.',
          min: 1,
          default: 1,
        },
        packing: {
          kind: 'flag',
          about: 'Whether examples share a row, each seeing itself alone; under dpo none do.',
          default: true,
        },
        learning_rate: {
          kind: 'number',
          about: 'Peak learning rate.',
          min: 0,
          aboveMin: true,
          default: 5e-5,
        },
        lr_scheduler_type: {
          kind: 'choice',
          about: 'How the learning rate falls after the warm-up.',
          choices: ['linear', 'cosine', 'constant'],
          default: 'linear',
        },
        warmup_steps: {
          kind: 'integer',
          about: 'Steps over which the learning rate rises from 0.',
          min: 0,
          default: 0,
        },
        weight_decay: { kind: 'number', about: 'Decoupled weight decay of AdamW.', min: 0, default: 0 },
        adam_beta1: {
          kind: 'number',
          about: 'Decay of the first moment.',
          min: 0,
          max: 1,
          belowMax: true,
          default: 0.9,
        },
        adam_beta2: {
          kind: 'number',
          about: 'Decay of the second moment.',
          min: 0,
          max: 1,
          belowMax: true,
          default: 0.999,
        },
        adam_epsilon: {
          kind: 'number',
          about: 'Added to the root of the second moment.',
          min: 0,
          aboveMin: true,
          default: 1e-8,
        },
        max_grad_norm: {
          kind: 'number',
          about: 'Largest global gradient norm; larger gradients are scaled down.',
          min: 0,
          aboveMin: true,
          default: 1,
        },
        seed: {
          kind: 'integer',
          about: 'Seed of initial weights and data order.',
          min: 0,
          max: 4_294_967_295,
          default: 42,
        },
        logging_steps: { kind: 'integer', about: 'Steps between two lines of the log.', min: 1, default: 10 },
        save_steps: { kind: 'integer', about: 'Steps between two checkpoints.', min: 1, default: 500 },
        save_total_limit: {
          kind: 'integer',
          about: 'Checkpoints to keep, the newest first; left out: all.',
          min: 1,
          default: null,
        },
        load_best_model_at_end: {
          kind: 'flag',
          about: 'Whether the result is the checkpoint with the lowest validation loss, not the last.',
          default: false,
        },
        early_stopping_patience: {
          kind: 'integer',
          about: 'Evaluations without a lower validation loss after which training ends; left out: never.',
          min: 1,
          default: null,
        },
        dpo_beta: {
          kind: 'number',
          about: 'How strongly dpo holds the model to the reference.',
          min: 0,
          aboveMin: true,
          default: 0.1,
        },
        dpo_label_smoothing: {
          kind: 'number',
          about: 'Share of pairs that dpo takes to be the wrong way round.',
          min: 0,
          max: 0.5,
          belowMax: true,
          default: 0,
        },
        dpo_length_normalised: {
          kind: 'flag',
          about: 'Whether dpo compares means over tokens instead of sums (sigmoid_norm in TRL).',
          default: false,
        },
        evaluation_strategy: {
          kind: 'choice',
          about: 'When the validation loss is computed.',
          choices: ['no', 'steps', 'epoch'],
          default: 'no',
        },
        eval_steps: {
          kind: 'integer',
          about: 'Steps between two evaluations under evaluation_strategy: steps.',
          min: 1,
          default: 500,
        },
        prompt_loss_weight: {
          kind: 'number',
          about: 'Weight of prompt tokens in the loss; completion tokens weigh 1.',
          min: 0,
          max: 1,
          default: 0,
        },
      },
    },
    data: {
      kind: 'group',
      about: 'What the model is trained on.',
      optional: false,
      keys: {
        train_file: {
          kind: 'text',
          about:
            'File of training examples: JSON Lines; harness train also reads JSON, CSV, Parquet or a folder of them.',
          default: null,
        },
        validation_file: { kind: 'text', about: 'JSON Lines file of validation examples.', default: null },
        max_length: { kind: 'integer', about: 'Longest sequence, tokens.', min: 2, default: 128 },
        overlong: {
          kind: 'choice',
          about:
            'What becomes of longer examples: the end is cut off, or they are left out. Both are counted.',
          choices: ['cut', 'drop'],
          default: 'cut',
        },
        shuffle: {
          kind: 'flag',
          about: 'Whether every epoch has an order of its own; otherwise that of the file.',
          default: true,
        },
      },
    },
    serving: {
      kind: 'group',
      about: 'How the model is served.',
      optional: false,
      keys: {
        host: { kind: 'text', about: 'Address to listen on.', default: '127.0.0.1' },
        port: {
          kind: 'integer',
          about: 'Port to listen on; 0 takes a free one.',
          min: 0,
          max: 65_535,
          default: 8001,
        },
        backend: {
          kind: 'choice',
          about: 'What runs the model; pytorch is accepted and served by ONNX Runtime.',
          choices: ['onnxruntime', 'pytorch'],
          default: 'onnxruntime',
        },
        enable_auth: {
          kind: 'flag',
          about: 'Whether a key is asked for; left out: where there is a key.',
          default: null,
        },
        api_key: {
          kind: 'text',
          about: 'Key that clients send as "Authorization: Bearer …"; better given as SERVING_API_KEY.',
          default: null,
          secret: true,
        },
        api_key_digests: {
          kind: 'list',
          about: 'SHA-256 of further keys, each as sha256:<hex>; such a file may be shown to others.',
          default: [],
        },
        cors_origins: { kind: 'list', about: 'Origins whose pages may call; * is any.', default: ['*'] },
        rate_limit_per_minute: {
          kind: 'integer',
          about: 'Requests a minute for each key or address; left out: no limit.',
          min: 1,
          default: null,
        },
        max_queue: {
          kind: 'integer',
          about: 'Requests admitted at a time, the running ones included; more are answered 429.',
          min: 1,
          default: 64,
        },
        request_timeout_ms: {
          kind: 'integer',
          about: 'Longest time for a request, milliseconds, generation included.',
          min: 1,
          max: 2_147_483_647,
          default: 300_000,
        },
        log_level: {
          kind: 'choice',
          about:
            'What is logged as JSON Lines: nothing, failures, or every request. Never a prompt or a key.',
          choices: ['silent', 'error', 'info'],
          default: 'error',
        },
      },
    },
    lora: {
      kind: 'group',
      about: 'Train low-rank adapters instead of all weights. Leave it out to train all weights.',
      optional: true,
      keys: {
        r: { kind: 'integer', about: 'Rank of the adapters.', min: 1, default: 16 },
        lora_alpha: {
          kind: 'number',
          about: 'Scale of the adapters, divided by r.',
          min: 0,
          aboveMin: true,
          default: 32,
        },
        lora_dropout: {
          kind: 'number',
          about: 'Dropout before the adapters.',
          min: 0,
          max: 1,
          belowMax: true,
          default: 0.1,
        },
        target_modules: {
          kind: 'list',
          about: 'Linear layers that get an adapter, by the end of their name; all-linear: every one.',
          default: ['q_proj', 'v_proj'],
        },
        merge: {
          kind: 'flag',
          about: 'Whether the result is the model with the adapter in its weights, not the adapter alone.',
          default: false,
        },
      },
    },
  },
} as const satisfies GroupKey;
