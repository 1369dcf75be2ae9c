"""The Python side of training-peers.ts: reads requests from a JSON file, answers into another.

    python training-peers.py requests.json answers.json
"""
import json
import math
import os
import sys
import tempfile

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..', 'fixtures', 'golden', 'training'))
import curves  # noqa: E402


def load(request):
    base = AutoModelForCausalLM.from_pretrained(request['base'], dtype=torch.float32)
    adapter = request.get('adapter')
    return (PeftModel.from_pretrained(base, adapter) if adapter else base).eval()


def logits(request):
    """Of the last position; the class that was loaded."""
    model = load(request)
    with torch.no_grad():
        values = model(torch.tensor([request['ids']])).logits[0, -1]
    return {'logits': values.tolist(), 'class': type(model).__name__}


def make(request):
    """An adapter that PEFT made and saved, with numbers in B, and its logits."""
    torch.manual_seed(3)
    base = AutoModelForCausalLM.from_pretrained(request['base'], dtype=torch.float32)
    model = get_peft_model(base, LoraConfig(task_type='CAUSAL_LM', **request['lora'])).eval()
    with torch.no_grad():
        for name, value in model.named_parameters():
            if 'lora_B' in name:
                value.normal_(0, 0.2)
    model.save_pretrained(request['out'])
    return logits({**request, 'adapter': request['out']})


def curve(request):
    """Losses of TRL on tokens that were encoded before."""
    from datasets import Dataset
    from trl import SFTConfig, SFTTrainer
    folder, file = os.path.split(request['gguf'])
    model = AutoModelForCausalLM.from_pretrained(folder, gguf_file=file, dtype=torch.float32)
    # The weights were widened to float32 as they were read: nothing is quantised any more.
    model.is_quantized, model.hf_quantizer = False, None
    targets = request['lora'].pop('target_modules')
    curves.LORA = request['lora']
    model = curves.adapted(model, targets)
    data = Dataset.from_list([{'input_ids': e['tokens'], 'completion_mask': e['mask']} for e in request['examples']])
    with tempfile.TemporaryDirectory() as output:
        args = SFTConfig(output_dir=output, train_sampling_strategy='sequential', logging_strategy='no',
                         save_strategy='no', report_to=[], use_cpu=True, bf16=False, gradient_checkpointing=False,
                         disable_tqdm=True, max_length=None, completion_only_loss=True, **request['settings'])
        trainer = curves.recording(SFTTrainer)(model=model, args=args, train_dataset=data,
                                               processing_class=curves.tokenizer())
        curves.Steps(trainer)
        trainer.train()
    with torch.no_grad():
        values = trainer.model.eval()(torch.tensor([request['examples'][0]['tokens']])).logits[0, -1]
    assert all(math.isfinite(loss) for loss in trainer.losses)
    return {'losses': trainer.losses, 'logits': values.tolist()}


def events(request):
    """Scalars of TensorBoard's event files."""
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
    own = EventAccumulator(request['folder'])
    own.Reload()
    return {tag: [[event.step, event.value, event.wall_time] for event in own.Scalars(tag)]
            for tag in own.Tags()['scalars']}


KINDS = {'logits': logits, 'make': make, 'curve': curve, 'events': events}

if __name__ == '__main__':
    torch.set_num_threads(1)
    with open(sys.argv[1], encoding='utf-8') as file:
        requests = json.load(file)
    answers = [KINDS[request.pop('kind')](request) for request in requests]
    with open(sys.argv[2], 'w', encoding='utf-8') as file:
        json.dump(answers, file)
